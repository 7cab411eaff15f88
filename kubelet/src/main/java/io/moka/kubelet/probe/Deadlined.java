package io.moka.kubelet.probe;

import io.moka.machinery.thread.TaskThread;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Runs a check with one deadline for all its steps: resolving the name, connecting, TLS, and reading an answer that may come byte by byte.
///
/// The check has a virtual thread of its own; at the deadline it is interrupted, which closes the socket it waits for.
final class Deadlined {

    private Deadlined() {
    }

    /// @param late returns the result once the deadline has passed
    static ProbeResult call(Duration deadline, Supplier<ProbeResult> check, Supplier<ProbeResult> late) throws InterruptedException {
        var task = new FutureTask<>(check::get);
        TaskThread.start("check", task);
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return late.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            task.cancel(true);
        }
    }
}
