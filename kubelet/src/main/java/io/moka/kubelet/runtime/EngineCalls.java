package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes calls to the engine, each within a deadline. Each call has a virtual thread of its own, which is interrupted when the deadline has
/// passed: that closes its connection.
final class EngineCalls implements AutoCloseable {

    private final DockerClient docker;
    private final EngineDeadlines deadlines;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("engine-", 0).factory());

    EngineCalls(DockerClient docker, EngineDeadlines deadlines) {
        this.docker = docker;
        this.deadlines = deadlines;
    }

    EngineDeadlines deadlines() {
        return deadlines;
    }

    /// Makes a call that only reads.
    <R extends @Nullable Object> R ask(Supplier<R> request) {
        return within(deadlines.question(), request);
    }

    /// Makes a call that changes something.
    <R extends @Nullable Object> R call(Supplier<R> request) {
        return within(deadlines.work(), request);
    }

    <R extends @Nullable Object> R within(Duration deadline, Supplier<R> request) {
        var answer = threads.submit(request::get);
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RuntimeFailure("the Docker engine did not answer within " + deadline.toSeconds() + "s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted", e);
        }
    }

    private static RuntimeException failure(Throwable cause) {
        return switch (cause) {
            case RuntimeFailure failure -> failure;
            case DockerException refused -> new RuntimeFailure(DockerErrors.message(refused), refused);
            case Error error -> throw error;
            default -> new RuntimeFailure("the Docker engine does not answer: " + cause.getMessage(), cause);
        };
    }

    /// Whether the engine is alive.
    boolean answers() {
        try {
            return ask(() -> {
                docker.pingCmd().exec();
                return true;
            });
        } catch (RuntimeFailure e) {
            return false;
        }
    }

    /// Closed with the stream that it watches.
    interface Heartbeat extends AutoCloseable {
        @Override
        void close();
    }

    /// Asks again and again whether the engine is alive, for as long as a stream is open.
    ///
    /// @param whenDead called once, when it is not
    Heartbeat heartbeat(Runnable whenDead) {
        var thread = NeededThread.start("engine-heartbeat", () -> {
            try {
                do {
                    Sleeper.SYSTEM.sleep(deadlines.heartbeat());
                } while (answers());
                whenDead.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return thread::interrupt;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
