package io.moka.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.micrometer.core.instrument.Gauge;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.container.OomScores;
import io.moka.kubelet.container.PodFiles;
import io.moka.kubelet.container.TerminationMessages;
import io.moka.kubelet.event.ApiPodEvents;
import io.moka.kubelet.image.ImagePuller;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.node.NodeAgent;
import io.moka.kubelet.node.NodeLease;
import io.moka.kubelet.node.NodeStatuses;
import io.moka.kubelet.pod.ApiPodReports;
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
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.stats.Summary;
import io.moka.kubelet.volume.PodDirectories;
import io.moka.kubelet.volume.PodVolumes;
import io.moka.kubelet.volume.Tokens;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.Metrics;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The kubelet's process: makes the parts and ties them together.
@Command(name = "kubelet", mixinStandardHelpOptions = true, description = "Runs the pods of one node.")
public final class Kubelet extends ComponentProcess {

    private static final Duration SERVICES_PATIENCE = Duration.ofSeconds(30);
    private static final Duration ENGINE_RETRY = Duration.ofMillis(500);

    private final InstantSource clock = InstantSource.system();

    @Mixin
    private ClientOptions clientOptions = new ClientOptions();

    @Mixin
    private KubeletOptions options = new KubeletOptions();

    public static void main(String[] args) {
        System.exit(ComponentProcess.run(new Kubelet(), args));
    }

    @Override
    protected void start() throws Exception {
        var machine = new Machine(options.rootDir);
        var runtime = closeAtEnd(DockerRuntime.connect(options.dockerHost, options.clusterId, options.nodeName()));
        var directories = closeAtEnd(new PodDirectories(options.rootDir));
        var agent = new AtomicReference<@Nullable NodeAgent>();
        var networks = new PodNetworks(options.cniConfDir, options.cniBinDir, options.rootDir.resolve("networks"),
                () -> agent.get() == null ? options.podCidr : agent.get().podCidr(), clock);
        if (options.removeAllPods) {
            new Cleanup(runtime, networks, directories).run();
            stop();
            return;
        }
        var client = closeAtEnd(clientOptions.connect("kubelet"));
        var statuses = new NodeStatuses(options.node(), machine, runtime, networks, clock);
        var node = closeAtEnd(new NodeAgent(client, options.node(), statuses, clock));
        agent.set(node);
        node.start();
        closeAtEnd(new NodeLease(client, options.nodeName(), clock)).start();
        awaitEngine(runtime);
        directories.mountMemory();
        run(client, runtime, directories, networks, statuses, node, machine);
    }

    private void run(ApiClient client, ContainerRuntime runtime, PodDirectories directories, PodNetworks networks, NodeStatuses statuses,
            NodeAgent node, Machine machine) throws Exception {
        var services = closeAtEnd(SharedInformer.of(client, Service.class).build());
        var podInformer = closeAtEnd(SharedInformer.of(client, Pod.class).fields("spec.nodeName=" + options.nodeName()).build());
        var nodeInformer = closeAtEnd(SharedInformer.of(client, Node.class).fields("metadata.name=" + options.nodeName()).build());
        var parts = parts(client, runtime, directories, networks, statuses, node, machine, services.lister());
        var workers = closeAtEnd(new PodWorkers(parts, podInformer::hasSynced));
        workers.start();
        var summary = new Summary(options.nodeName(), machine, workers::all, clock);
        closeAtEnd(KubeletServer.start(options.address(), runtime, workers, summary, clock));
        Gauge.builder("kubelet.running.pods", workers, all -> all.all().size()).register(Metrics.registry());

        nodeInformer.addHandler(EventHandler.onEvent((before, after) -> node.observe(after))).start();
        services.start();
        if (!services.awaitSync(SERVICES_PATIENCE)) {
            LoggerFactory.getLogger(Kubelet.class).warn("the services are not known yet; pods that start now lack their variables");
        }
        podInformer.addHandler(workers).start();
    }

    private NodeServices parts(ApiClient client, ContainerRuntime runtime, PodDirectories directories, PodNetworks networks, NodeStatuses statuses,
            NodeAgent node, Machine machine, Lister<Service> services) throws UnknownHostException {
        var objects = new ApiClusterObjects(client);
        var events = new ApiPodEvents(closeAtEnd(new EventRecorder(client, "kubelet", options.nodeName(), clock)));
        var tokens = new Tokens(objects, clock);
        var oomScores = OomScores.ofThisNode(machine.memoryBytes());
        ExecutorService tasks = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("task-", 0).factory());
        closeAtEnd((AutoCloseable) tasks::shutdownNow);
        return new NodeServices(runtime, networks,
                new PodVolumes(directories, objects, pod -> new Addresses(List.of(), options.nodeIp), tokens, statuses::allocatable),
                directories, new PodFiles(options.clusterDns, options.clusterDomain),
                new ContainerSpecs(objects, namespace -> visibleServices(services, namespace), oomScores, statuses::allocatable),
                new ImagePuller(runtime, objects, events, clock), new Prober(runtime), new LifecycleHooks(runtime),
                new TerminationMessages(runtime), events, new ApiPodReports(client),
                new NodeAdmission(statuses::allocatable, node::labels, new Sysctls(options.allowedUnsafeSysctls)), oomScores, tokens, options.nodeIp, clock, tasks);
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

    private static void awaitEngine(ContainerRuntime runtime) throws InterruptedException {
        while (true) {
            try {
                runtime.prepareSandboxImage();
                return;
            } catch (RuntimeFailure e) {
                LoggerFactory.getLogger(Kubelet.class).warn("waiting for the container engine: {}", e.getMessage());
                Thread.sleep(ENGINE_RETRY);
            }
        }
    }
}
