package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.container.OomScores;
import io.moka.kubelet.container.PodFiles;
import io.moka.kubelet.container.TerminationMessages;
import io.moka.kubelet.event.PodEvents;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.probe.LifecycleHooks;
import io.moka.kubelet.probe.Prober;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MapClusterObjects;
import io.moka.kubelet.volume.PodDirectories;
import io.moka.kubelet.volume.PodVolumes;
import io.moka.kubelet.volume.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/// A kubelet's workers without an apiserver: pods are brought by the test, statuses recorded.
public final class TestNode implements AutoCloseable {

    private final Map<String, Quantity> allocatable = Map.of("cpu", new Quantity("2"), "memory", new Quantity("4", "Gi"),
            "ephemeral-storage", new Quantity("10", "Gi"), "pods", new Quantity("20"));
    private final InstantSource clock = InstantSource.system();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    private final AtomicBoolean podsKnown = new AtomicBoolean();

    final RecordingReports reports = new RecordingReports();
    final List<String> events = new CopyOnWriteArrayList<>();
    final MapClusterObjects objects = new MapClusterObjects(clock);
    final PodDirectories directories;
    final PodNetworks networks;
    public final PodWorkers workers;

    /// @param root may be that of an earlier node, which is so continued
    public TestNode(ContainerRuntime runtime, Path root, Path cniConfigurations, Path cniBinaries) throws IOException {
        this.directories = new PodDirectories(root);
        this.networks = new PodNetworks(cniConfigurations, cniBinaries, root.resolve("networks"), () -> null, clock);
        PodEvents sink = (pod, container, warning, reason, message) -> events.add(pod.getMetadata().getName() + " " + reason + " " + message);
        var tokens = new Tokens(objects, clock);
        var oomScores = OomScores.ofThisNode(4L << 30);
        this.workers = new PodWorkers(new NodeServices(runtime, networks,
                new PodVolumes(directories, objects, pod -> new Addresses(List.of(), "127.0.0.1"), tokens, () -> allocatable), directories,
                new PodFiles(List.of("10.96.0.10"), "cluster.local"), new ContainerSpecs(objects, namespace -> List.of(), oomScores, () -> allocatable),
                new ImagePuller(runtime, objects, sink, clock), new Prober(runtime), new LifecycleHooks(runtime), new TerminationMessages(runtime),
                sink, reports, new NodeAdmission(() -> allocatable, () -> Map.of("zone", "a"), new Sysctls(List.of("net.core.*"))), oomScores, tokens, "127.0.0.1", clock, tasks), podsKnown::get);
        workers.start();
    }

    public static Pod pod(String name, UnaryOperator<PodBuilder> change, String... command) {
        return change.apply(new PodBuilder().withNewMetadata().withName(name).withNamespace("default").withUid(UUID.randomUUID().toString()).endMetadata()
                .withNewSpec().withTerminationGracePeriodSeconds(1L).withRestartPolicy("Always").withContainers(container("main", command)).endSpec()).build();
    }

    public static Pod pod(String name, String... command) {
        return pod(name, same -> same, command);
    }

    static Container container(String name, String... command) {
        return new ContainerBuilder().withName(name).withImage(DockerEngine.BUSYBOX).withImagePullPolicy("IfNotPresent").withCommand(command).build();
    }

    public Pod run(Pod pod) {
        workers.onAdd(pod);
        allPodsAreKnown();
        return pod;
    }

    /// From now on what belongs to no pod is an orphan.
    void allPodsAreKnown() {
        podsKnown.set(true);
    }

    /// Deletes as the apiserver does: the object stays, marked, until the kubelet has finished.
    Pod delete(Pod pod) {
        return delete(pod, 1);
    }

    Pod delete(Pod pod, long graceSeconds) {
        var marked = new PodBuilder(pod).editMetadata().withDeletionTimestamp(Instant.now().toString()).withDeletionGracePeriodSeconds(graceSeconds).endMetadata().build();
        workers.onUpdate(pod, marked);
        return marked;
    }

    boolean isClean(ContainerRuntime runtime) {
        try {
            return runtime.list().isEmpty() && directories.uids().isEmpty() && networks.all().isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        workers.close();
        tasks.shutdownNow();
    }
}
