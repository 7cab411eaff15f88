package io.moka.kubelet.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a thread wait for one of docker-java's streams. Items are handed on in the stream's own thread.
final class Awaited<T> implements ResultCallback<T> {

    private static final Logger log = LoggerFactory.getLogger(Awaited.class);

    private final Consumer<T> consumer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Closeable connection;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private volatile long heardAt = System.nanoTime();

    Awaited(Consumer<T> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void onStart(Closeable closeable) {
        connection = closeable;
        if (closed) {
            closeQuietly(closeable);
        }
    }

    @Override
    public void onNext(T item) {
        heardAt = System.nanoTime();
        consumer.accept(item);
    }

    @Override
    public void onError(Throwable throwable) {
        failure = throwable;
        ended.countDown();
    }

    @Override
    public void onComplete() {
        ended.countDown();
    }

    /// Ends the stream, as the engine does not answer any more.
    void giveUp() {
        onError(new RuntimeFailure("the Docker engine does not answer any more"));
    }

    /// Waits for the end, for as long as anything is heard; an error of the stream is thrown here.
    void await(Duration longestSilence) throws InterruptedException {
        while (!ended.await(Math.max(1, longestSilence.toNanos() - (System.nanoTime() - heardAt)), TimeUnit.NANOSECONDS)) {
            if (System.nanoTime() - heardAt >= longestSilence.toNanos()) {
                throw new RuntimeFailure("nothing was heard of the Docker engine for " + longestSilence.toSeconds() + "s");
            }
        }
        await();
    }

    /// Waits for the end; an error of the stream is thrown here.
    void await() throws InterruptedException {
        ended.await();
        var problem = failure;
        if (problem != null) {
            throw new RuntimeFailure(DockerErrors.message(problem), problem);
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            log.debug("closing a stream that came too late", e);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        var open = connection;
        if (open != null) {
            open.close();
        }
    }
}
