package io.moka.apiserver.core.storage;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Shares one read between concurrent callers. A caller never gets the result of a read that began before its call, so the result is as fresh
/// as that of a read of its own; yet at most one read runs and one waits, however many callers there are.
final class SharedRead<T> {
    private final Supplier<CompletableFuture<T>> source;
    // guarded by this: waiting is only set while one is running
    private boolean running;
    private @Nullable CompletableFuture<T> waiting;

    SharedRead(Supplier<CompletableFuture<T>> source) {
        this.source = source;
    }

    CompletableFuture<T> read() {
        CompletableFuture<T> mine;
        synchronized (this) {
            if (running) {
                if (waiting == null) {
                    waiting = new CompletableFuture<>();
                }
                return waiting;
            }
            running = true;
            mine = new CompletableFuture<>();
        }
        start(mine);
        return mine;
    }

    private void start(CompletableFuture<T> result) {
        CompletableFuture<T> call;
        try {
            call = source.get();
        } catch (RuntimeException failed) {
            call = CompletableFuture.failedFuture(failed);
        }
        call.whenComplete((value, failure) -> {
            startWaiting();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void startWaiting() {
        CompletableFuture<T> next;
        synchronized (this) {
            next = waiting;
            waiting = null;
            running = next != null;
        }
        if (next != null) {
            start(next);
        }
    }
}
