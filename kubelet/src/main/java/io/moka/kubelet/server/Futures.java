package io.moka.kubelet.server;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;

/// Lets a virtual thread wait for an event loop.
final class Futures {

    private Futures() {
    }

    static <R> R await(Future<R> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new ConnectionLost(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionLost(e);
        }
    }

    /// Thrown when the client's connection is lost.
    static final class ConnectionLost extends RuntimeException {

        private static final long serialVersionUID = 1;

        ConnectionLost(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
