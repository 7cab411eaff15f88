package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the engine's event stream, and opens it again whenever it ends.
final class DockerEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DockerEvents.class);
    private static final long RETRY_MILLIS = 500;

    private final DockerClient docker;
    private final Labels labels;
    private final Consumer<RuntimeEvent> listener;
    private final Thread thread;
    private volatile boolean running = true;

    DockerEvents(DockerClient docker, Labels labels, Consumer<RuntimeEvent> listener) {
        this.docker = docker;
        this.labels = labels;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("runtime-events").unstarted(this::run);
    }

    DockerEvents start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (running) {
                try (var stream = new Stream()) {
                    docker.eventsCmd().withEventTypeFilter(EventType.CONTAINER).withLabelFilter(labels.selector().toArray(String[]::new))
                            .withEventFilter("die", "destroy").exec(stream);
                    stream.opened.await();
                    listener.accept(new RuntimeEvent.Lost());
                    stream.ended.await();
                }
                if (running) {
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }

    private final class Stream implements ResultCallback<Event> {

        final CountDownLatch opened = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Closeable connection;

        @Override
        public void onStart(Closeable closeable) {
            connection = closeable;
            opened.countDown();
        }

        @Override
        public void onNext(Event event) {
            var actor = event.getActor();
            if (actor != null && actor.getAttributes() != null && actor.getId() != null) {
                listener.accept(new RuntimeEvent.Changed(Labels.pod(actor.getAttributes()).uid(), actor.getId()));
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (running) {
                log.warn("the Docker engine's event stream broke: {}", failure.getMessage());
            }
            onComplete();
        }

        @Override
        public void onComplete() {
            opened.countDown();
            ended.countDown();
        }

        @Override
        public void close() {
            var open = connection;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    log.debug("closing the event stream", e);
                }
            }
        }
    }
}
