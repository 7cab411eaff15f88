package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.Eventually;
import io.moka.kubelet.cgroup.PodCgroups;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.container.ContainerDefaults;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.container.OomScores;
import io.moka.kubelet.container.PodFiles;
import io.moka.kubelet.container.RuntimeHandlers;
import io.moka.kubelet.container.TerminationMessages;
import io.moka.kubelet.event.PodEvents;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.image.PulledImages;
import io.moka.kubelet.node.HostSockets;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.node.Pressure;
import io.moka.kubelet.probe.LifecycleHooks;
import io.moka.kubelet.probe.Prober;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MapClusterObjects;
import io.moka.kubelet.stats.Measurements;
import io.moka.kubelet.stats.Readings;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.time.TimeSource;
import io.moka.kubelet.volume.ClaimVolumes;
import io.moka.kubelet.volume.ImageVolumes;
import io.moka.kubelet.volume.LocalPathStore;
import io.moka.kubelet.volume.PodDirectories;
import io.moka.kubelet.volume.PodVolumes;
import io.moka.kubelet.volume.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The pod workers of a kubelet without an apiserver: the test supplies the pods, and statuses are recorded.
public final class TestNode implements AutoCloseable {

    /// Most processes and threads of a pod.
    static final int PIDS = 64;
    private final Map<String, Quantity> allocatable = Map.of("cpu", new Quantity("2"), "memory", new Quantity("4", "Gi"),
            "ephemeral-storage", new Quantity("10", "Gi"), "pods", new Quantity("20"));
    private final InstantSource clock = InstantSource.system();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    private final AtomicBoolean podsKnown = new AtomicBoolean();

    /// The resources that the node is short of.
    public final AtomicReference<Set<Pressure>> pressures = new AtomicReference<>(Set.of());

    volatile Sleeper sleeper;
    final RecordingReports reports = new RecordingReports();
    final List<String> events = new CopyOnWriteArrayList<>();
    final MapClusterObjects objects = new MapClusterObjects(clock);
    /// Claims whose volume was reported as grown.
    final List<String> grown = new CopyOnWriteArrayList<>();
    final PodDirectories directories;
    final LocalPathStore store;
    final PodNetworks networks;
    final NodeServices services;
    public final PodWorkers workers;

    /// @param root the kubelet's folder; if it is that of an earlier node, this node continues that one
    public TestNode(ContainerRuntime runtime, Path root, Path cniConfigurations, Path cniBinaries) throws IOException {
        this(runtime, root, cniConfigurations, cniBinaries, TimeSource.SYSTEM);
    }

    /// @param time for the workers' sleeps and health
    public TestNode(ContainerRuntime runtime, Path root, Path cniConfigurations, Path cniBinaries, TimeSource time) throws IOException {
        this.sleeper = time;
        this.directories = new PodDirectories(root);
        this.store = new LocalPathStore(directories);
        this.networks = new PodNetworks(cniConfigurations, cniBinaries, root.resolve("networks"), () -> null, clock);
        PodEvents sink = (pod, container, warning, reason, message) -> events.add(pod.getMetadata().getName() + " " + reason + " " + message);
        var tokens = new Tokens(objects, clock);
        var oomScores = OomScores.ofThisNode(4L << 30);
        var cgroups = new PodCgroups("test-" + Integer.toHexString(root.hashCode()), PIDS, () -> allocatable);
        var images = new ImagePuller(runtime, objects, sink, new PulledImages(root.resolve("images")), clock);
        this.services = new NodeServices(runtime, networks,
                new PodVolumes(directories, objects, pod -> new Addresses(List.of(), "127.0.0.1"), tokens, () -> allocatable,
                        new ClaimVolumes(directories, objects, () -> Map.of("zone", "a"), store, (claim, volume) -> grown.add(claim.getMetadata().getName())),
                        new ImageVolumes(directories, runtime, images)), directories,
                new PodFiles(List.of("10.96.0.10"), "cluster.local", Path.of("/etc/resolv.conf")), new ContainerSpecs(objects, namespace -> List.of(), oomScores, cgroups::nameOf, () -> allocatable, ContainerDefaults.STANDARD), new RuntimeHandlers(objects),
                images, new Prober(runtime), new LifecycleHooks(runtime, Sleeper.SYSTEM), new TerminationMessages(runtime),
                sink, reports, new NodeAdmission(() -> allocatable, () -> Map.of("zone", "a"), new Sysctls(List.of("net.core.*")), AppArmor.ofThisMachine(), HostSockets::listens, pressures::get), oomScores, cgroups, tokens, () -> "127.0.0.1", clock, duration -> sleeper.sleep(duration), tasks);
        this.workers = new PodWorkers(services, podsKnown::get, time::nanos);
        workers.start();
    }

    /// Returns the measurements that the node's server serves.
    public Measurements measurements(Machine machine) {
        return new Measurements("node", machine, workers::all, new Readings(workers::all, clock), services.runtime(), directories, services.volumes()::mountedClaim, services.prober().metrics(), clock);
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

    /// Returns the worker's view of the pod, or null when the pod is gone.
    public @Nullable PodView view(Pod pod) {
        return workers.all().stream().filter(view -> view.pod().getMetadata().getUid().equals(pod.getMetadata().getUid())).findFirst().orElse(null);
    }

    /// Tells the workers that all pods are known: from now on containers and folders without a pod are orphans.
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

    /// Unmounts and deletes the folders of all pods.
    public void removeFolders() throws IOException {
        for (var uid : directories.uids()) {
            directories.remove(uid);
        }
    }

    /// Takes away the groups of pods whose containers are gone.
    public void removeCgroups() {
        Eventually.check("the cgroups are gone", services.cgroups()::removeAll);
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
        // a task that still writes would keep the test's folder from being deleted
        tasks.awaitTermination(10, TimeUnit.SECONDS);
        // groups that containers are in stay, for a node that continues this one or for removeCgroups
        services.cgroups().removeAll();
    }
}
