package io.moka.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.micrometer.core.instrument.Gauge;
import io.moka.kubelet.cgroup.PodCgroups;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.container.OomScores;
import io.moka.kubelet.container.PodFiles;
import io.moka.kubelet.container.RuntimeHandlers;
import io.moka.kubelet.container.TerminationMessages;
import io.moka.kubelet.event.ApiPodEvents;
import io.moka.kubelet.eviction.Evictor;
import io.moka.kubelet.eviction.NodeSignals;
import io.moka.kubelet.eviction.PodMeasure;
import io.moka.kubelet.health.KubeletHealth;
import io.moka.kubelet.health.KubeletHealth.Check;
import io.moka.kubelet.image.ImageCollector;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.image.PulledImages;
import io.moka.kubelet.node.Capacity;
import io.moka.kubelet.node.HostSockets;
import io.moka.kubelet.node.KnownNode;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.node.NodeAddress;
import io.moka.kubelet.node.NodeAgent;
import io.moka.kubelet.node.NodeLease;
import io.moka.kubelet.node.NodePressures;
import io.moka.kubelet.node.NodeStatuses;
import io.moka.kubelet.pod.ApiPodReports;
import io.moka.kubelet.pod.AppArmor;
import io.moka.kubelet.pod.NodeAdmission;
import io.moka.kubelet.pod.NodeServices;
import io.moka.kubelet.pod.PodWorkers;
import io.moka.kubelet.pod.Sysctls;
import io.moka.kubelet.probe.LifecycleHooks;
import io.moka.kubelet.probe.Prober;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.server.KubeletServer;
import io.moka.kubelet.source.ApiClusterObjects;
import io.moka.kubelet.source.ApiPodSource;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.PodSource;
import io.moka.kubelet.stats.Measurements;
import io.moka.kubelet.stats.Readings;
import io.moka.kubelet.volume.ClaimVolumes;
import io.moka.kubelet.volume.ImageVolumes;
import io.moka.kubelet.volume.LocalPathAgent;
import io.moka.kubelet.volume.LocalPathStore;
import io.moka.kubelet.volume.PodDirectories;
import io.moka.kubelet.volume.PodVolumes;
import io.moka.kubelet.volume.Tokens;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.Quantities;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node with a Docker engine: makes the kubelet's parts, each after those that it needs, and connects them.
///
/// The fields are the parts that need no apiserver. What two parts have to know of each other stands in an object of its own that is made before both
/// ([KnownNode], [NodePressures]).
final class DockerKubelet {

    private static final Logger log = LoggerFactory.getLogger(DockerKubelet.class);
    private static final Duration SERVICES_WAIT = Duration.ofSeconds(30);
    private static final Duration ENGINE_RETRY = Duration.ofMillis(500);

    private final KubeletOptions options;
    private final Owner owner;
    private final InstantSource clock;
    private final Machine machine;
    private final ContainerRuntime runtime;
    private final PodDirectories directories;
    private final LocalPathStore store;
    private final PulledImages pulledImages;
    private final KnownNode known;
    private final NodePressures pressures = new NodePressures();
    private final PodNetworks networks;

    /// Closes parts when the process ends, the last first.
    interface Owner {
        <C extends AutoCloseable> C closeAtEnd(C part);
    }

    DockerKubelet(KubeletOptions options, Owner owner, InstantSource clock) throws IOException {
        this.options = options;
        this.owner = owner;
        this.clock = clock;
        this.machine = new Machine(options.rootDir);
        this.runtime = owner.closeAtEnd(DockerRuntime.connect(options.dockerHost, options.clusterId, options.nodeName()));
        this.directories = owner.closeAtEnd(new PodDirectories(options.rootDir));
        this.store = new LocalPathStore(directories);
        store.thaw();
        this.pulledImages = new PulledImages(options.rootDir.resolve("images"));
        this.known = new KnownNode(options.node());
        this.networks = new PodNetworks(options.cniConfDir, options.cniBinDir, options.rootDir.resolve("networks"), known::podCidr, clock);
    }

    /// Removes everything of this node's pods from the machine.
    void removeAllPods() throws Exception {
        new Cleanup(runtime, networks, directories, store, new PodCgroups(options.clusterId, 0, Map::of)).run();
    }

    /// Registers the node, then runs its pods.
    void start(ApiClient client) throws Exception {
        var capacity = Capacity.of(machine, options.nodeCapacity);
        var statuses = new NodeStatuses(options.node(), machine, runtime, networks, capacity, options.reserve(capacity), pressures, clock);
        var agent = owner.closeAtEnd(new NodeAgent(client, known, statuses, clock, System::nanoTime));
        agent.start();
        owner.closeAtEnd(new NodeLease(client, options.nodeName(), clock, Sleeper.SYSTEM)).start();
        awaitEngine();
        directories.mountMemory();
        runPods(client, statuses, agent);
    }

    private void runPods(ApiClient client, NodeStatuses statuses, NodeAgent agent) throws Exception {
        var services = owner.closeAtEnd(SharedInformer.of(client, Service.class).build());
        var pods = owner.closeAtEnd(new ApiPodSource(client, options.nodeName()));
        var nodes = owner.closeAtEnd(SharedInformer.of(client, Node.class).fields("metadata.name=" + options.nodeName()).build());
        var recorder = owner.closeAtEnd(new EventRecorder(client, "kubelet", options.nodeName(), clock));
        var localPaths = owner.closeAtEnd(new LocalPathAgent(client, options.nodeName(), store, recorder));
        var parts = parts(client, recorder, localPaths, statuses, services.lister());
        var workers = owner.closeAtEnd(new PodWorkers(parts, pods::hasSynced, System::nanoTime));
        workers.start();
        var readings = new Readings(workers::all, clock);
        startReclaiming(workers, readings, recorder, statuses, agent);
        var measurements = new Measurements(options.nodeName(), machine, workers::all, readings, runtime, directories, parts.volumes()::mountedClaim, parts.prober().metrics(), clock);
        owner.closeAtEnd(KubeletServer.start(options.address(), runtime, workers, measurements, health(workers, agent, pods), clock));
        Gauge.builder("kubelet.running.pods", workers, all -> all.all().size()).register(Metrics.registry());

        nodes.addHandler(EventHandler.onEvent((before, after) -> agent.observe(after))).start();
        services.start();
        if (!services.awaitSync(SERVICES_WAIT)) {
            log.warn("the services are not known yet; pods that start now lack their variables");
        }
        pods.start(workers);
        if (options.localPathDir != null) {
            store.prepareRoot(options.localPathDir);
            localPaths.start();
        }
    }

    /// A hung engine or a silent apiserver makes the kubelet not ready; a restart would not help.
    private static KubeletHealth health(PodWorkers workers, NodeAgent agent, PodSource pods) {
        return new KubeletHealth(List.of(new Check("syncloop", workers::stuck), new Check("node-status", agent::stuck)),
                List.of(new Check("engine", workers::blind), new Check("node", agent::unheard), new Check("pods", () -> pods.isReady() ? null : "their changes do not arrive")));
    }

    /// Frees memory, disk and process ids when they run short.
    private void startReclaiming(PodWorkers workers, Readings readings, EventRecorder recorder, NodeStatuses statuses, NodeAgent agent) throws IOException {
        var self = new NodeBuilder().withNewMetadata().withName(options.nodeName()).withUid(options.nodeName()).endMetadata().build();
        BiConsumer<String, String> nodeEvents = (reason, message) -> recorder.warning(self, reason, message);
        var images = owner.closeAtEnd(new ImageCollector(runtime, pulledImages, runtime::storageFolder, options.imageLimits(), nodeEvents, clock, Sleeper.SYSTEM)).start();
        var signals = new NodeSignals(machine, options.rootDir, runtime::storageFolder, () -> Quantities.value(statuses.forPods().get("memory")), readings);
        Runnable reclaimDisk = () -> {
            workers.removeDeadContainers();
            images.removeUnused();
        };
        var reports = new Evictor.Reports(changed -> {
            pressures.set(changed);
            agent.wake();
        }, nodeEvents);
        owner.closeAtEnd(new Evictor(options.eviction(), signals, new PodMeasure(workers, readings, signals::imagesAreApart), workers, reclaimDisk, reports, clock, Sleeper.SYSTEM)).start();
    }

    private NodeServices parts(ApiClient client, EventRecorder recorder, LocalPathAgent localPaths, NodeStatuses statuses, Lister<Service> services) {
        var address = new NodeAddress(options.nodeIp);
        var objects = new ApiClusterObjects(client);
        var events = new ApiPodEvents(recorder);
        var tokens = new Tokens(objects, clock);
        var oomScores = OomScores.ofThisNode(machine.memoryBytes());
        var cgroups = new PodCgroups(options.clusterId, options.containerDefaults().pidsLimit(), statuses::forPods);
        var images = new ImagePuller(runtime, objects, events, pulledImages, clock);
        var claims = new ClaimVolumes(directories, objects, known::labels, store, localPaths::grown);
        ExecutorService tasks = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("task-", 0).factory());
        owner.closeAtEnd((AutoCloseable) tasks::shutdownNow);
        return new NodeServices(runtime, networks,
                new PodVolumes(directories, objects, pod -> new Addresses(List.of(), address.get()), tokens, statuses::allocatable, claims,
                        new ImageVolumes(directories, runtime, images)),
                directories, new PodFiles(options.clusterDns, options.clusterDomain, options.resolvConf),
                new ContainerSpecs(objects, namespace -> visibleServices(services, namespace), oomScores, cgroups::nameOf, statuses::allocatable, options.containerDefaults()),
                new RuntimeHandlers(objects),
                images, new Prober(runtime), new LifecycleHooks(runtime, Sleeper.SYSTEM),
                new TerminationMessages(runtime), events, new ApiPodReports(client, Sleeper.SYSTEM),
                new NodeAdmission(statuses::allocatable, known::labels, new Sysctls(options.allowedUnsafeSysctls), AppArmor.ofThisMachine(), HostSockets::listens, pressures), oomScores, cgroups, tokens, address, clock, Sleeper.SYSTEM, tasks);
    }

    /// The services of a namespace, and the apiserver's own.
    private static Collection<Service> visibleServices(Lister<Service> services, String namespace) {
        var visible = new LinkedHashMap<String, Service>();
        var apiserver = services.get("default", "kubernetes");
        if (apiserver != null) {
            visible.put("kubernetes", apiserver);
        }
        services.list(namespace).forEach(service -> visible.put(service.getMetadata().getName(), service));
        return visible.values();
    }

    private void awaitEngine() throws InterruptedException {
        while (true) {
            try {
                runtime.prepareSandboxImage();
                return;
            } catch (RuntimeFailure e) {
                log.warn("waiting for the container engine: {}", e.getMessage());
                Sleeper.SYSTEM.sleep(ENGINE_RETRY);
            }
        }
    }
}
