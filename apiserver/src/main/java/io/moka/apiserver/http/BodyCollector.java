package io.moka.apiserver.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/// Collects a request's body on its event loop, up to upstream's limit.
final class BodyCollector {
    static final int MAX_BYTES = 3 * 1024 * 1024;

    private final Buffer collected = Buffer.buffer();
    private final Consumer<byte[]> whenComplete;
    private final Runnable whenTooLarge;
    private boolean over;

    private BodyCollector(Consumer<byte[]> whenComplete, Runnable whenTooLarge) {
        this.whenComplete = whenComplete;
        this.whenTooLarge = whenTooLarge;
    }

    static void collect(HttpServerRequest request, Consumer<byte[]> whenComplete, Runnable whenTooLarge) {
        var collector = new BodyCollector(whenComplete, whenTooLarge);
        request.handler(collector::take);
        request.endHandler(end -> collector.complete());
    }

    private void take(Buffer chunk) {
        if (over) {
            return;
        }
        if (collected.length() + chunk.length() > MAX_BYTES) {
            over = true;
            whenTooLarge.run();
        } else {
            collected.appendBuffer(chunk);
        }
    }

    private void complete() {
        if (!over) {
            whenComplete.accept(collected.getBytes());
        }
    }
}
