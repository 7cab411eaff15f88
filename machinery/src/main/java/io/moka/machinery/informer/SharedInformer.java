package io.moka.machinery.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Caches the objects of one kind and announces their changes. Shared: any number of handlers and listers use one list and watch.
///
/// Two threads: `reflector-<plural>` talks to the server, `informer-<plural>` updates the cache and calls the handlers.
/// Follows upstream's `cache.SharedIndexInformer`; there is no periodic resync, as the state is level-triggered anyway.
public final class SharedInformer<T extends HasMetadata> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedInformer.class);

    /// A server that restarts is back within this time, so that its restart makes no process unready.
    private static final Duration LONGEST_BREAK = Duration.ofMinutes(2);

    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final ResourceType<T> type;
    private final Indexer<T> indexer;
    private final DeltaFifo<T> fifo;
    private final Reflector<T> reflector;
    private final UnaryOperator<T> trim;
    private final List<EventHandler<T>> handlers = new CopyOnWriteArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private boolean started;

    private SharedInformer(Builder<T> builder) {
        this.type = builder.type;
        this.indexer = new Indexer<>(builder.indices);
        this.trim = builder.trim;
        this.fifo = new DeltaFifo<>(synced::countDown);
        this.reflector = new Reflector<>(builder.resources(), builder.namespace, builder.selection, fifo, indexer, builder.sleeper, builder.nanoTime);
    }

    /// Handlers are to be added before [#start()], so that they see every object added once.
    public SharedInformer<T> addHandler(EventHandler<T> handler) {
        handlers.add(handler);
        return this;
    }

    /// Adds a named index, unless the informer has it; the function gives the values under which an object is found. To be added before [#start()],
    /// by each part that reads it.
    public SharedInformer<T> index(String name, Function<T, Collection<String>> values) {
        indexer.addIndex(name, values);
        return this;
    }

    public Lister<T> lister() {
        return new Lister<>(indexer);
    }

    public synchronized void start() {
        if (!started) {
            started = true;
            NeededThread.start("reflector-" + type.plural(), reflector);
            NeededThread.start("informer-" + type.plural(), this::process);
        }
    }

    /// Whether the first list is in the cache and every handler has seen it.
    public boolean hasSynced() {
        return synced.getCount() == 0;
    }

    /// Whether the cache follows the server: it [has synced][#hasSynced()], and the server has not refused or left unanswered all lists and watches for more than
    /// two minutes. For a process' readiness, never for its liveness: a restart would not bring the server back.
    public boolean isReady() {
        return hasSynced() && reflector.brokenFor().compareTo(LONGEST_BREAK) <= 0;
    }

    /// Waits for the first sync; false when it does not come in time.
    public boolean awaitSync(Duration patience) throws InterruptedException {
        return synced.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Waits for the first sync, however long the server stays away. The log says each minute that this is being waited for.
    public void awaitSync() throws InterruptedException {
        while (!awaitSync(REMINDER)) {
            log.warn("{}: the server has given no list yet; waiting for it", type.plural());
        }
    }

    private void process() {
        try {
            while (true) {
                var deltas = fifo.pop();
                if (deltas == null) {
                    return;
                }
                deltas.forEach(this::apply);
                fifo.handled(deltas);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void apply(Delta<T> delta) {
        switch (delta) {
            case Delta.Upserted<T>(var whole) -> {
                var object = trimmed(whole);
                var before = indexer.put(object);
                if (before == null) {
                    announce(handler -> handler.onAdd(object));
                } else if (!sameVersion(before, object)) {
                    announce(handler -> handler.onUpdate(before, object));
                }
            }
            case Delta.Removed<T>(var last) -> {
                if (indexer.remove(ObjectKey.of(last)) != null) {
                    announce(handler -> handler.onDelete(last));
                }
            }
        }
    }

    private T trimmed(T whole) {
        var object = trim.apply(whole);
        return object == whole ? whole : ObjectCompaction.compact(object);
    }

    private boolean sameVersion(T a, T b) {
        return a.getMetadata().getResourceVersion().equals(b.getMetadata().getResourceVersion());
    }

    private void announce(Consumer<EventHandler<T>> call) {
        for (var handler : handlers) {
            try {
                call.accept(handler);
            } catch (RuntimeException e) {
                log.error("a handler of {} failed", type.plural(), e);
            }
        }
    }

    @Override
    public void close() {
        reflector.close();
        fifo.close();
    }

    public static <T extends HasMetadata> Builder<T> of(ApiClient client, Class<T> type) {
        return new Builder<>(client, ResourceType.of(type));
    }

    public static <T extends HasMetadata> Builder<T> of(ApiClient client, ResourceType<T> type) {
        return new Builder<>(client, type);
    }

    /// Configures the objects that an informer watches, and how it caches them.
    public static final class Builder<T extends HasMetadata> {

        private final ApiClient client;
        private final ResourceType<T> type;
        private final Map<String, Function<T, Collection<String>>> indices = new LinkedHashMap<>();
        private String namespace = "";
        private ListOptions selection = ListOptions.all();
        private boolean metadataOnly;
        private UnaryOperator<T> trim = UnaryOperator.identity();
        private Sleeper sleeper = Sleeper.SYSTEM;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(ApiClient client, ResourceType<T> type) {
            this.client = client;
            this.type = type;
        }

        public Builder<T> namespace(String only) {
            namespace = only;
            return this;
        }

        public Builder<T> fields(String selector) {
            selection = selection.fields(selector);
            return this;
        }

        public Builder<T> labels(String selector) {
            selection = selection.labels(selector);
            return this;
        }

        /// Sets how to wait between two attempts to reach the server.
        public Builder<T> sleeper(Sleeper other) {
            sleeper = other;
            return this;
        }

        /// Sets the monotonic clock, in nanoseconds, that tells for how long the server has been away.
        public Builder<T> nanoTime(LongSupplier other) {
            nanoTime = other;
            return this;
        }

        /// Caches only the metadata.
        public Builder<T> metadataOnly() {
            metadataOnly = true;
            return this;
        }

        /// Caches the function's result for each object, which must keep name, namespace and resource version. The function must not fail.
        public Builder<T> trim(UnaryOperator<T> function) {
            trim = function;
            return this;
        }

        private Resources<T> resources() {
            var resources = client.resources(type);
            return metadataOnly ? resources.metadataOnly() : resources;
        }

        /// Adds a named index; the function gives the values under which an object is found.
        public Builder<T> index(String name, Function<T, Collection<String>> values) {
            indices.put(name, values);
            return this;
        }

        public SharedInformer<T> build() {
            return new SharedInformer<>(this);
        }
    }
}
