package io.moka.kubelet.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Lets a thread wait for one of docker-java's streams. Items are handed on in the stream's own thread.
final class Awaited<T> implements ResultCallback<T> {

    private final Consumer<T> consumer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Closeable connection;
    private volatile @Nullable Throwable failure;

    Awaited(Consumer<T> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void onStart(Closeable closeable) {
        connection = closeable;
    }

    @Override
    public void onNext(T item) {
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

    /// Waits for the end; an error of the stream is thrown here.
    void await() throws InterruptedException {
        ended.await();
        var problem = failure;
        if (problem != null) {
            throw new RuntimeFailure(DockerErrors.message(problem), problem);
        }
    }

    @Override
    public void close() throws IOException {
        var open = connection;
        if (open != null) {
            open.close();
        }
    }
}
