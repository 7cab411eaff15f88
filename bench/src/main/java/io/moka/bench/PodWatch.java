package io.moka.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.bench.PodLife.Stage;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Watch;
import io.moka.machinery.client.WatchEvent;
import io.moka.machinery.meta.Pods;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the measured pods by one watch and notes when each is first seen, bound, running, gone. A watch that breaks is not resumed:
/// the times after it would be wrong, so those who wait run out of patience instead.
final class PodWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);

    private final ConcurrentHashMap<String, PodLife> lives = new ConcurrentHashMap<>();
    private final Watch<Pod> watch;
    private volatile boolean closed;

    PodWatch(ApiClient client) {
        var pods = client.resources(Pod.class);
        var revision = pods.list("default", ListOptions.all().page(1, null)).resourceVersion();
        watch = pods.watch("default", ListOptions.all().labels(SamplePods.SELECTOR).revision(revision));
        Thread.ofVirtual().name("pod-watch").start(this::follow);
    }

    PodLife life(String pod) {
        return lives.computeIfAbsent(pod, name -> new PodLife());
    }

    private void follow() {
        try {
            for (var event = watch.next(); event != null; event = watch.next()) {
                note(event, System.nanoTime());
            }
        } catch (IOException | ApiException e) {
            if (!closed) {
                LOG.error("the watch on pods broke", e);
            }
        }
    }

    private void note(WatchEvent<Pod> event, long now) {
        switch (event) {
            case WatchEvent.Added<Pod>(var pod) -> note(pod, now);
            case WatchEvent.Modified<Pod>(var pod) -> note(pod, now);
            case WatchEvent.Deleted<Pod>(var pod) -> life(pod.getMetadata().getName()).reach(Stage.GONE, now);
            case WatchEvent.Bookmark<Pod>(var pod) -> LOG.debug("bookmark {}", pod.getMetadata().getResourceVersion());
        }
    }

    private void note(Pod pod, long now) {
        var life = life(pod.getMetadata().getName());
        life.reach(Stage.FIRST_EVENT, now);
        if (pod.getSpec().getNodeName() != null) {
            life.reach(Stage.BOUND, now);
        }
        if (runs(pod)) {
            life.reach(Stage.RUNNING, now);
        }
    }

    /// The phase says so and each container does.
    static boolean runs(Pod pod) {
        return Pods.phase(pod).equals("Running") && pod.getStatus().getContainerStatuses().size() == pod.getSpec().getContainers().size()
                && pod.getStatus().getContainerStatuses().stream().allMatch(c -> c.getState() != null && c.getState().getRunning() != null);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        watch.close();
    }
}
