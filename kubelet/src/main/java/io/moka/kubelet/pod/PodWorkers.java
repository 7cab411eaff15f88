package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.kubelet.runtime.ContainerSummary;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.RuntimeEvent;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Heartbeat;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the node's pod workers, one for each pod. Passes changes of the API and events of the engine on to them, and finds containers and files that no pod
/// owns.
public final class PodWorkers implements EventHandler<Pod>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWorkers.class);
    /// How long to wait for the end of all threads. A thread that waits for the engine may take longer and is left running.
    private static final Duration ENDING = Duration.ofSeconds(1);
    private static final Duration SYNC_POLL = Duration.ofMillis(100);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(30);
    /// As for upstream's sync loop. Each call of a round has a deadline of its own that is far shorter.
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(5);
    private static final Duration LONGEST_UNLISTED = HOUSEKEEPING.multipliedBy(3);
    private static final long ORPHAN_GRACE_SECONDS = 2;
    private static final long EVICTION_GRACE_SECONDS = 1;

    private final NodeServices services;
    private final BooleanSupplier podsKnown;
    private final ConcurrentMap<String, PodWorker> workers = new ConcurrentHashMap<>();
    // uids of pods whose worker is done, but whose object is still there
    private final Set<String> finished = ConcurrentHashMap.newKeySet();
    private final Thread housekeeper = NeededThread.unstarted("housekeeping", this::keepHouse);

    private final StorageKeeper storageKeeper;

    private final Heartbeat housekeeping;
    private final Heartbeat listing;

    // guarded by this: containers that existed when the kubelet began, by pod; null until they are known
    private @Nullable Map<String, Set<String>> inherited;
    private @Nullable AutoCloseable watch;

    /// @param podsKnown whether every pod of the node has been brought here once; before that none is an orphan
    /// @param nanoTime the monotonic clock, in nanoseconds
    public PodWorkers(NodeServices services, BooleanSupplier podsKnown, LongSupplier nanoTime) {
        this.housekeeping = new Heartbeat("housekeeping", LONGEST_ROUND, nanoTime);
        this.listing = new Heartbeat("listing the engine's containers", LONGEST_UNLISTED, nanoTime);
        this.services = services;
        this.podsKnown = podsKnown;
        this.storageKeeper = new StorageKeeper(services, workers.values());
    }

    /// Takes over the containers that exist. Call once, before the first pod is brought.
    public void start() {
        var containers = byPod();
        synchronized (this) {
            inherited = containers;
        }
        watch = services.runtime().watch(this::on);
        housekeeper.start();
        storageKeeper.thread().start();
    }

    private List<ContainerSummary> list() {
        var listed = services.runtime().list();
        listing.beat();
        return listed;
    }

    /// Returns why the housekeeping does not go on; null while it does.
    public @Nullable String stuck() {
        return housekeeping.problem();
    }

    /// Returns for how long the engine's containers are not known; null while they are.
    public @Nullable String blind() {
        return listing.problem();
    }

    private Map<String, Set<String>> byPod() {
        var found = new HashMap<String, Set<String>>();
        list().forEach(summary -> found.computeIfAbsent(summary.pod().uid(), uid -> new HashSet<>()).add(summary.id()));
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

    /// The safety net: finds changes that events have missed, and containers and files that belong to no pod.
    private void keepHouse() {
        try {
            while (!podsKnown.getAsBoolean()) {
                housekeeping.beat();
                services.sleeper().sleep(SYNC_POLL);
            }
            collectGarbage();
            while (true) {
                housekeeping.beat();
                adoptOrphans();
                releaseVolumes();
                services.sleeper().sleep(HOUSEKEEPING);
                lookAtChanged();
                workers.values().forEach(PodWorker::compareWithApi);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void releaseVolumes() {
        try {
            services.volumes().tearDown();
        } catch (IOException e) {
            log.warn("volumes that no pod uses stay: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("volumes that no pod uses stay", e);
        }
    }

    /// Ends pods that use more of the disk than they may.
    void evictExcessive() {
        storageKeeper.evictExcessive();
    }

    /// Ends a pod because the node is short of a resource. The pod object stays as `Failed`, with the reason `Evicted`.
    ///
    /// @param graceSeconds at least 1; the pod's own grace where that is shorter
    public void evict(String uid, String message, long graceSeconds) {
        var worker = workers.get(uid);
        if (worker != null) {
            worker.evict(new Eviction(message, Math.max(EVICTION_GRACE_SECONDS, graceSeconds), true));
        }
    }

    /// The pods of which something is left to evict: neither finished nor evicted already.
    public Collection<PodView> evictable() {
        return workers.values().stream().filter(PodWorker::isEvictable).map(PodWorker::view).toList();
    }

    /// Whether nothing of the pod runs any more and its volumes are released.
    public boolean isGone(String uid) {
        var worker = workers.get(uid);
        return worker == null || worker.isOver();
    }

    /// Returns the disk usage of the pod's containers and of its volumes on the node's disk.
    public LocalStorage.Use storage(PodView view) {
        return storageKeeper.use(view);
    }

    /// Removes the dead containers of pods that have finished, and with them their logs: the disk is needed for those that run.
    public void removeDeadContainers() {
        for (var worker : workers.values()) {
            if (worker.isOver()) {
                worker.view().containers().stream().filter(record -> !record.isRunning()).forEach(record -> {
                    try {
                        services.runtime().remove(record.id());
                    } catch (RuntimeFailure e) {
                        log.warn("the dead container {} stays: {}", record.name(), e.getMessage());
                    }
                });
            }
        }
    }

    private void collectGarbage() {
        try {
            services.networks().collectGarbage(services.networks().all().stream().map(attachment -> attachment.sandboxId()).toList());
        } catch (RuntimeException e) {
            log.warn("the network plugins did not collect their garbage", e);
        }
    }

    /// Wakes the workers of containers whose state differs from the state that the worker knows.
    private void lookAtChanged() {
        try {
            var running = new HashMap<String, Boolean>();
            list().forEach(summary -> running.put(summary.id(), summary.running()));
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
            list().forEach(summary -> {
                identities.put(summary.pod().uid(), summary.pod());
                containers.computeIfAbsent(summary.pod().uid(), uid -> new HashSet<>()).add(summary.id());
            });
            services.cgroups().removeOthers(workers::containsKey);
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

    /// Returns the pod of that name as its worker sees it, or null if the node has none.
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

    /// Stops the workers; the pods' containers go on.
    @Override
    public void close() throws Exception {
        housekeeper.interrupt();
        storageKeeper.thread().interrupt();
        var open = watch;
        if (open != null) {
            open.close();
        }
        long deadline = System.nanoTime() + ENDING.toNanos();
        for (var keeper : List.of(housekeeper, storageKeeper.thread())) {
            // a running keeper might start a worker that would never be stopped
            if (keeper.isAlive()) {
                keeper.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        }
        workers.values().forEach(PodWorker::stop);
        for (var worker : workers.values()) {
            worker.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }
}
