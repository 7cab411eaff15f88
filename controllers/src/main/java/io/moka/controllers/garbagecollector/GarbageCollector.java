package io.moka.controllers.garbagecollector;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.Discovery;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.workqueue.WorkQueue;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows each deletable kind, also kinds that appear later, and runs the reconciler on the graph. Kinds that other controllers watch are followed by their
/// informers, which this one shares; each further kind has an informer of its own, of metadata alone.
public final class GarbageCollector implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);
    private static final int WORKERS = 10;
    private static final Duration DISCOVERY = Duration.ofSeconds(30);
    /// Events own nothing and are owned by nothing, and there are many.
    private static final Set<String> IGNORED = Set.of("events", "events.events.k8s.io");

    private final ControllerContext context;
    private final BiConsumer<ResourceType<?>, String> deleted;
    private final WorkQueue<String> queue = new WorkQueue<>();
    private final Graph graph = new Graph(queue::add);
    private final Controller<String> controller;
    private final Thread discoverer = NeededThread.unstarted("garbage-collector-discovery", this::discover);

    /// The kinds that are followed by shared informers.
    private final Set<String> shared = new HashSet<>();

    // the discoverer's thread alone, but for close()
    private final Map<String, Followed> informers = new HashMap<>();

    /// A kind in the version that the server named first; a definition may stop serving that version.
    private record Followed(String apiVersion, SharedInformer<GenericKubernetesResource> informer) {}

    /// To be made after the controllers whose informers it shares, and before these are started.
    ///
    /// @param deleted gets the type and the namespace of each object that has gone
    public GarbageCollector(ControllerContext context, BiConsumer<ResourceType<?>, String> deleted) {
        this.context = context;
        this.deleted = deleted;
        this.controller = new Controller<>("garbage-collector-controller", queue, WORKERS, new GarbageReconciler(context, graph));
        context.informers().ofWholeKinds().forEach((type, informer) -> {
            if (!IGNORED.contains(type.qualifiedPlural())) {
                shared.add(type.qualifiedPlural());
                informer.addHandler(handler(ResourceType.generic(type.group(), type.version(), type.plural(), type.kind(), type.namespaced())));
            }
        });
    }

    public void start() {
        discoverer.start();
    }

    private void discover() {
        boolean started = false;
        try {
            while (true) {
                try {
                    followDiscovery();
                    if (!started) {
                        started = true;
                        controller.start();
                    }
                } catch (RuntimeException e) {
                    log.warn("cannot tell which kinds there are: {}", e.getMessage());
                }
                context.clock().sleep(started ? DISCOVERY : Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void followDiscovery() throws InterruptedException {
        var served = new Discovery(context.client()).resources().stream()
                .filter(resource -> resource.verbs().containsAll(Set.of("list", "watch", "delete")))
                .map(Discovery.Resource::type)
                .filter(type -> !IGNORED.contains(type.qualifiedPlural()) && !shared.contains(type.qualifiedPlural()))
                .collect(Collectors.toMap(ResourceType::qualifiedPlural, type -> type, (a, b) -> a));
        synchronized (informers) {
            informers.entrySet().removeIf(entry -> {
                var type = served.get(entry.getKey());
                boolean gone = type == null || !type.apiVersion().equals(entry.getValue().apiVersion());
                if (gone) {
                    entry.getValue().informer().close();
                }
                return gone;
            });
            served.forEach((name, type) -> informers.computeIfAbsent(name, n -> new Followed(type.apiVersion(), follow(type))));
        }
        for (var followed : informers.values()) {
            followed.informer().awaitSync(Duration.ofSeconds(10));
        }
    }

    private SharedInformer<GenericKubernetesResource> follow(ResourceType<GenericKubernetesResource> type) {
        var informer = SharedInformer.of(context.client(), type).metadataOnly().build();
        informer.addHandler(handler(type));
        informer.start();
        return informer;
    }

    private <T extends HasMetadata> EventHandler<T> handler(ResourceType<GenericKubernetesResource> type) {
        return EventHandler.onEvent((before, after) -> {
            if (after != null) {
                if (before != null && !before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
                    graph.remove(before.getMetadata().getUid());
                }
                graph.put(GraphNode.of(type, after));
            } else {
                graph.remove(before.getMetadata().getUid());
                deleted.accept(type, before.getMetadata().getNamespace());
            }
        });
    }

    @Override
    public void close() {
        discoverer.interrupt();
        controller.close();
        synchronized (informers) {
            informers.values().forEach(followed -> followed.informer().close());
        }
    }
}
