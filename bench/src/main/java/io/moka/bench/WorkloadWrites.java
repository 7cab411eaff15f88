package io.moka.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Watch;
import io.moka.machinery.client.WatchEvent;
import io.moka.machinery.meta.Pods;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Follows one workload's pods, its ReplicaSets and the Deployment by watches, and counts: each event is one write of somebody.
final class WorkloadWrites implements AutoCloseable {

    private final List<Watch<?>> watches = new ArrayList<>();

    // guarded by this: the pods by name, when each was made, the times to ready
    private final Map<String, Pod> pods = new HashMap<>();
    private final Map<String, Long> made = new HashMap<>();
    private final List<Double> readySeconds = new ArrayList<>();
    private int writes;
    private int kubelets;
    private int fewestReady = Integer.MAX_VALUE;
    private int ready;
    private boolean availabilityWatched;

    WorkloadWrites(ApiClient client, String name) {
        watch(client, Pod.class, ListOptions.all().labels("bench=" + name), this::pod);
        watch(client, ReplicaSet.class, ListOptions.all().labels("bench=" + name), event -> other());
        watch(client, Deployment.class, ListOptions.all().fields("metadata.name=" + name), event -> other());
    }

    private interface Handler<T extends HasMetadata> {
        void handle(WatchEvent<T> event);
    }

    private <T extends HasMetadata> void watch(ApiClient client, Class<T> type, ListOptions options, Handler<T> handler) {
        var resources = client.resources(type);
        var revision = resources.list("default", ListOptions.all().page(1, null)).resourceVersion();
        var watch = resources.watch("default", options.revision(revision));
        watches.add(watch);
        Thread.ofVirtual().name("workload-watch").start(() -> {
            try {
                for (var event = watch.next(); event != null; event = watch.next()) {
                    if (!(event instanceof WatchEvent.Bookmark<T>)) {
                        handler.handle(event);
                    }
                }
            } catch (IOException | ApiException e) {
                // closed; if it broke before, those who wait run out of patience
            }
        });
    }

    private synchronized void other() {
        writes++;
    }

    private synchronized void pod(WatchEvent<Pod> event) {
        writes++;
        switch (event) {
            case WatchEvent.Added<Pod>(var pod) -> {
                made.put(pod.getMetadata().getName(), System.nanoTime());
                pods.put(pod.getMetadata().getName(), pod);
            }
            case WatchEvent.Modified<Pod>(var pod) -> modified(pod);
            case WatchEvent.Deleted<Pod>(var pod) -> {
                // the last deletion, without grace, is the kubelet's
                kubelets++;
                var before = pods.remove(pod.getMetadata().getName());
                ready -= before != null && serves(before) ? 1 : 0;
            }
            case WatchEvent.Bookmark<Pod>(var pod) -> { }
        }
        if (availabilityWatched) {
            fewestReady = Math.min(fewestReady, ready);
        }
    }

    private void modified(Pod pod) {
        var before = pods.put(pod.getMetadata().getName(), pod);
        if (before != null && !before.getStatus().equals(pod.getStatus()) && Objects.equals(before.getSpec().getNodeName(), pod.getSpec().getNodeName())) {
            kubelets++;
        }
        boolean was = before != null && serves(before);
        if (serves(pod) && !was) {
            ready++;
            readySeconds.add((System.nanoTime() - made.getOrDefault(pod.getMetadata().getName(), System.nanoTime())) / 1e9);
        } else if (was && !serves(pod)) {
            ready--;
        }
    }

    private static boolean serves(Pod pod) {
        return Pods.isReady(pod) && !Pods.isTerminating(pod);
    }

    /// How many writes since the last call were not the kubelet's.
    synchronized int takeBeyondKubelet() {
        int count = writes - kubelets;
        writes = 0;
        kubelets = 0;
        return count;
    }

    /// The share of pods that were ready within the returned seconds after they were made.
    synchronized double readySeconds(double share) {
        var sorted = readySeconds.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }

    synchronized int present() {
        return pods.size();
    }

    /// From now on the smallest number of pods that serve at one time is noted.
    ///
    /// @param all how many serve now
    synchronized void watchAvailability(int all) {
        if (ready != all) {
            throw new IllegalStateException(ready + " pods serve, not " + all);
        }
        availabilityWatched = true;
        fewestReady = ready;
    }

    synchronized int fewestReady() {
        return fewestReady;
    }

    @Override
    public void close() throws IOException {
        for (var watch : watches) {
            watch.close();
        }
    }
}
