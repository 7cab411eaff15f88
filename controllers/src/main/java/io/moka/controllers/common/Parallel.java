package io.moka.controllers.common;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Does several things at once and waits for all of them.
public final class Parallel {

    private Parallel() {
    }

    /// Runs each task on a virtual thread.
    ///
    /// @throws RuntimeException the first failure, after all have ended
    public static void run(List<Runnable> tasks) {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        RuntimeException failure = null;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : tasks.stream().map(executor::submit).toList()) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    failure = failure != null ? failure : e.getCause() instanceof RuntimeException runtime ? runtime : new IllegalStateException(e.getCause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (failure != null) {
            throw failure;
        }
    }
}
