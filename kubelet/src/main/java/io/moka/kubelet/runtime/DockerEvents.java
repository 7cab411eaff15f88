package io.moka.kubelet.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the engine's event stream, and opens it again whenever it ends.
final class DockerEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DockerEvents.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final DockerClient docker;
    private final EngineCalls calls;
    private final Labels labels;
    private final Consumer<RuntimeEvent> listener;
    private final Thread thread;
    private volatile boolean running = true;

    DockerEvents(DockerClient docker, EngineCalls calls, Labels labels, Consumer<RuntimeEvent> listener) {
        this.docker = docker;
        this.calls = calls;
        this.labels = labels;
        this.listener = listener;
        this.thread = NeededThread.unstarted("runtime-events", this::run);
    }

    DockerEvents start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (running) {
                // Each attempt holds a thread of docker-java's until the engine answers, so there is none before it does.
                while (!calls.answers()) {
                    Sleeper.SYSTEM.sleep(RETRY);
                }
                try (var stream = new Stream(); var _ = calls.heartbeat(() -> stream.onError(new RuntimeFailure("the engine does not answer any more")))) {
                    docker.eventsCmd().withEventTypeFilter(EventType.CONTAINER).withLabelFilter(labels.selector().toArray(String[]::new))
                            .withEventFilter("die", "destroy").exec(stream);
                    stream.opened.await();
                    listener.accept(new RuntimeEvent.Lost());
                    stream.ended.await();
                }
                if (running) {
                    Sleeper.SYSTEM.sleep(RETRY);
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
        private volatile boolean closed;

        @Override
        public void onStart(Closeable closeable) {
            connection = closeable;
            opened.countDown();
            if (closed) {
                close();
            }
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
            closed = true;
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
