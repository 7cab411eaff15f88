package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.RuntimeEvent;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.informer.EventHandler;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All workers of the node, one for each pod. Brings them what the API and the engine say, and finds what no pod owns.
public final class PodWorkers implements EventHandler<Pod>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWorkers.class);
    private static final long HOUSEKEEPING_MILLIS = 30_000;
    private static final long ORPHAN_GRACE_SECONDS = 2;

    private final NodeServices services;
    private final BooleanSupplier podsKnown;
    private final ConcurrentMap<String, PodWorker> workers = new ConcurrentHashMap<>();
    // uids of pods whose worker is done, but whose object is still there
    private final Set<String> finished = ConcurrentHashMap.newKeySet();
    private final Thread housekeeper = Thread.ofVirtual().name("housekeeping").unstarted(this::keepHouse);

    // guarded by this: containers that existed when the kubelet began, by pod; null until they are known
    private @Nullable Map<String, Set<String>> inherited;
    private @Nullable AutoCloseable watch;

    /// @param podsKnown whether every pod of the node has been brought here once; before that none is an orphan
    public PodWorkers(NodeServices services, BooleanSupplier podsKnown) {
        this.services = services;
        this.podsKnown = podsKnown;
    }

    /// Takes over the containers that exist. Call once, before the first pod is brought.
    public void start() {
        var containers = byPod();
        synchronized (this) {
            inherited = containers;
        }
        watch = services.runtime().watch(this::on);
        housekeeper.start();
    }

    private Map<String, Set<String>> byPod() {
        var found = new HashMap<String, Set<String>>();
        services.runtime().list().forEach(summary -> found.computeIfAbsent(summary.pod().uid(), uid -> new HashSet<>()).add(summary.id()));
        return found;
    }

    @Override
    public void onAdd(Pod pod) {
        var uid = pod.getMetadata().getUid();
        if (!finished.contains(uid)) {
            workers.computeIfAbsent(uid, id -> begin(pod, inheritedOf(id), false)).update(pod);
        }
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
            onDelete(before);
        }
        onAdd(after);
    }

    @Override
    public void onDelete(Pod last) {
        var uid = last.getMetadata().getUid();
        finished.remove(uid);
        var worker = workers.get(uid);
        if (worker != null) {
            worker.remove(last);
        }
    }

    private synchronized Set<String> inheritedOf(String uid) {
        var known = inherited == null ? null : inherited.remove(uid);
        return known == null ? Set.of() : known;
    }

    private PodWorker begin(Pod pod, Set<String> containers, boolean orphaned) {
        var uid = pod.getMetadata().getUid();
        return new PodWorker(services, pod, containers, orphaned, () -> done(uid)).begin();
    }

    private void done(String uid) {
        var worker = workers.get(uid);
        if (worker != null && !worker.isRemoved()) {
            finished.add(uid);
        }
        workers.remove(uid);
    }

    private void on(RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.Changed(var podUid, var containerId) -> {
                var worker = workers.get(podUid);
                if (worker != null) {
                    worker.look(containerId);
                }
            }
            case RuntimeEvent.Lost lost -> lookAtAll();
        }
    }

    private void lookAtAll() {
        try {
            var existing = byPod();
            workers.forEach((uid, worker) -> worker.lookAtAll(existing.getOrDefault(uid, Set.of())));
        } catch (RuntimeFailure e) {
            log.warn("looking at all containers: {}", e.getMessage());
        }
    }

    /// The safety net: what events have missed, and what belongs to no pod.
    private void keepHouse() {
        try {
            while (!podsKnown.getAsBoolean()) {
                Thread.sleep(100);
            }
            collectGarbage();
            while (true) {
                adoptOrphans();
                Thread.sleep(HOUSEKEEPING_MILLIS);
                lookAtChanged();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void collectGarbage() {
        services.networks().collectGarbage(services.networks().all().stream().map(attachment -> attachment.sandboxId()).toList());
    }

    /// Lets workers look at containers whose state is not what they believe.
    private void lookAtChanged() {
        try {
            var running = new HashMap<String, Boolean>();
            services.runtime().list().forEach(summary -> running.put(summary.id(), summary.running()));
            workers.values().forEach(worker -> {
                for (var records : List.of(worker.view().containers(), worker.view().sandboxes())) {
                    records.stream().filter(record -> record.isRunning() != running.getOrDefault(record.id(), false))
                            .forEach(record -> worker.look(record.id()));
                }
            });
        } catch (RuntimeFailure e) {
            log.warn("looking for changes: {}", e.getMessage());
        }
    }

    private void adoptOrphans() {
        try {
            var identities = new HashMap<String, PodIdentity>();
            var containers = new HashMap<String, Set<String>>();
            services.runtime().list().forEach(summary -> {
                identities.put(summary.pod().uid(), summary.pod());
                containers.computeIfAbsent(summary.pod().uid(), uid -> new HashSet<>()).add(summary.id());
            });
            services.directories().uids().forEach(uid -> identities.putIfAbsent(uid, new PodIdentity(uid, "", uid)));
            services.networks().all().forEach(a -> identities.putIfAbsent(a.podUid(), new PodIdentity(a.podUid(), "", a.podUid())));
            identities.forEach((uid, identity) -> {
                if (!workers.containsKey(uid) && !uid.isEmpty()) {
                    log.info("removing what is left of pod {}", identity);
                    workers.computeIfAbsent(uid, id -> begin(nameless(identity), containers.getOrDefault(id, Set.of()), true));
                }
            });
        } catch (RuntimeFailure | IOException e) {
            log.warn("looking for orphans: {}", e.getMessage());
        }
    }

    /// Stands for a pod of which only containers or files are left.
    private static Pod nameless(PodIdentity identity) {
        return new PodBuilder().withNewMetadata().withUid(identity.uid()).withNamespace(identity.namespace()).withName(identity.name())
                .endMetadata().withNewSpec().withTerminationGracePeriodSeconds(ORPHAN_GRACE_SECONDS).endSpec().build();
    }

    /// The pod of that name as its worker sees it, or null where the node has none.
    public @Nullable PodView find(String namespace, String name) {
        for (var worker : workers.values()) {
            var metadata = worker.pod().getMetadata();
            if (name.equals(metadata.getName()) && namespace.equals(metadata.getNamespace()) && !worker.isRemoved()) {
                return worker.view();
            }
        }
        return null;
    }

    /// Every pod of the node.
    public Collection<PodView> all() {
        return workers.values().stream().filter(worker -> !worker.isRemoved()).map(PodWorker::view).toList();
    }

    public @Nullable PodView byUid(String uid) {
        var worker = workers.get(uid);
        return worker == null ? null : worker.view();
    }

    /// Stops looking after the pods; their containers go on.
    @Override
    public void close() throws Exception {
        housekeeper.interrupt();
        var open = watch;
        if (open != null) {
            open.close();
        }
        workers.values().forEach(PodWorker::stop);
    }
}
