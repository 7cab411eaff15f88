package io.moka.bench;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.bench.PodLife.Stage;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Creates and deletes the pods that are measured. Their program ignores TERM, so that a deletion takes its whole grace period.
final class SamplePods implements AutoCloseable {

    static final String SELECTOR = "bench=pod";
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ApiClient client;
    private final Resources<Pod> pods;
    private final PodWatch watch;

    SamplePods(BenchCluster cluster) throws IOException {
        client = new ApiClient(cluster.config());
        pods = client.resources(Pod.class);
        watch = new PodWatch(client);
    }

    /// A pod whose create call has returned.
    ///
    /// @param begin the `nanoTime` at which the call began
    record Created(String name, PodLife life, long begin, Duration callTook) {

        Duration until(Stage stage) throws InterruptedException {
            return life.since(begin, stage, PATIENCE);
        }
    }

    Created create(String name) {
        var pod = pod(name);
        var life = watch.life(name);
        long begin = System.nanoTime();
        pods.create(pod);
        return new Created(name, life, begin, Duration.ofNanos(System.nanoTime() - begin));
    }

    /// Creates `<prefix>-0` and so on in parallel, and returns when all calls have returned.
    List<Created> createAtOnce(String prefix, int count) throws InterruptedException {
        var calls = new ArrayList<Callable<Created>>();
        for (int i = 0; i < count; i++) {
            var name = prefix + "-" + i;
            calls.add(() -> create(name));
        }
        var created = new ArrayList<Created>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : executor.invokeAll(calls)) {
                created.add(future.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pod could not be created: " + e.getCause().getMessage(), e.getCause());
        }
        return created;
    }

    /// Deletes the pod, waits until the object is gone, and returns how long that took.
    Duration delete(Created pod, long graceSeconds) throws InterruptedException {
        long begin = System.nanoTime();
        request(pod, graceSeconds);
        return pod.life().since(begin, Stage.GONE, PATIENCE);
    }

    /// Deletes all of the pods, without measuring it, and waits until they are gone. The deletion is not forced: a forced one removes the objects at
    /// once and the containers later, while something else is being measured.
    void remove(List<Created> created) throws InterruptedException {
        for (var pod : created) {
            request(pod, 1);
        }
        for (var pod : created) {
            pod.until(Stage.GONE);
        }
    }

    private void request(Created pod, long graceSeconds) {
        var options = new DeleteOptions();
        options.setGracePeriodSeconds(graceSeconds);
        pods.delete("default", pod.name(), options);
    }

    private static Pod pod(String name) {
        return new PodBuilder().withNewMetadata().withNamespace("default").withName(name).withLabels(Map.of("bench", "pod")).endMetadata()
                .withNewSpec().addNewContainer().withName("main").withImage("busybox:1.36")
                .withCommand("sh", "-c", "trap '' TERM; while :; do sleep 1; done").endContainer().endSpec().build();
    }

    @Override
    public void close() throws IOException {
        watch.close();
        client.close();
    }
}
