package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.leaderelection.LeaderElector;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.ElectionOptions;
import io.moka.machinery.process.ServingOptions;
import io.moka.machinery.thread.NeededThread;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.config.Configuration;
import io.moka.scheduler.config.PluginCatalog;
import io.moka.scheduler.framework.PreEnqueue;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.QueueSort;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.framework.WaitingPods;
import io.moka.scheduler.preemption.DefaultPreemption;
import io.moka.scheduler.preemption.Evictions;
import io.moka.scheduler.queue.SchedulingQueue;
import io.moka.scheduler.topology.Namespaces;
import io.moka.scheduler.volumes.ClaimWriter;
import io.moka.scheduler.volumes.NodeVolumeLimits;
import io.moka.scheduler.volumes.Storage;
import io.moka.scheduler.volumes.VolumeBinding;
import io.moka.scheduler.volumes.VolumeRestrictions;
import io.moka.scheduler.volumes.VolumeZone;
import io.moka.scheduler.why.DecisionLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The scheduler process.
@Command(name = "moka-scheduler", mixinStandardHelpOptions = true, description = "Binds each pod to the best node.")
public final class Scheduler extends ComponentProcess {

    /// How long the thread that holds the lease may take to end; then the lease is left to run out.
    private static final Duration ENDING = Duration.ofSeconds(2);

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Mixin
    private ElectionOptions election = new ElectionOptions();

    @Option(names = "--scheduler-name", paramLabel = "NAME", defaultValue = "default-scheduler", description = "Which pods to take, by their schedulerName (${DEFAULT-VALUE}).")
    private String schedulerName = "";

    @Option(names = "--config", paramLabel = "FILE", description = "A KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1): profiles, plugins, back-offs.")
    private @Nullable Path configFile;

    public static void main(String[] args) {
        System.exit(runProcess(Scheduler::new, args));
    }

    @Override
    protected void start() throws Exception {
        var health = closeAtEnd(serving.start(this::hasStarted));
        var api = closeAtEnd(client.connect("scheduler"));
        var clock = InstantSource.system();
        var configuration = configFile == null ? Configuration.defaults(schedulerName) : Configuration.read(configFile, schedulerName);
        var cache = new ClusterCache();
        var nodes = closeAtEnd(SharedInformer.of(api, Node.class).build());
        var pods = closeAtEnd(SharedInformer.of(api, Pod.class).fields("status.phase!=Succeeded,status.phase!=Failed").build());
        var services = closeAtEnd(SharedInformer.of(api, Service.class).build());
        var namespaces = closeAtEnd(SharedInformer.of(api, Namespace.class).metadataOnly().build());
        var budgets = closeAtEnd(SharedInformer.of(api, PodDisruptionBudget.class).build());
        var claims = closeAtEnd(SharedInformer.of(api, PersistentVolumeClaim.class).build());
        var volumes = closeAtEnd(SharedInformer.of(api, PersistentVolume.class).build());
        var classes = closeAtEnd(SharedInformer.of(api, StorageClass.class).build());
        var csiNodes = closeAtEnd(SharedInformer.of(api, CSINode.class).build());
        var storage = Storage.of(claims.lister(), volumes.lister(), classes.lister(), csiNodes.lister());
        var events = closeAtEnd(new EventRecorder(api, schedulerName, null, clock));
        var conditions = new PodConditions(api, clock);
        var nominations = new Nominations(cache, conditions);
        var preemption = new DefaultPreemption(budgets.lister()::list, new Evictions(api, events, clock, nominations), RandomGenerator.getDefault());
        var catalog = new PluginCatalog(Namespaces.of(namespaces.lister()), services.lister()::list,
                List.of(new VolumeRestrictions(storage), new NodeVolumeLimits(storage), new VolumeBinding(storage, ClaimWriter.of(api)), new VolumeZone(storage), preemption,
                        new DefaultBinder(api)));
        var profiles = configuration.profiles().stream().map(spec -> spec.profile(catalog)).toList();
        var queue = new SchedulingQueue(clock, profiles.getFirst().at(QueueSort.class).getFirst(), gates(profiles), configuration.initialBackoff(),
                configuration.maxBackoff());
        nominations.freedRoomFor(queue);
        var waiting = new WaitingPods();
        var watch = new ClusterWatch(cache, queue, profiles.stream().map(Profile::schedulerName).collect(Collectors.toSet()), waiting);
        nodes.addHandler(watch.nodes()).start();
        pods.addHandler(watch.pods()).start();
        namespaces.addHandler(watch.namespaces()).start();
        claims.addHandler(watch.storage(storage)).start();
        volumes.addHandler(watch.storage(storage)).start();
        classes.addHandler(watch.storage(storage)).start();
        csiNodes.addHandler(watch.storage(storage)).start();
        services.start();
        budgets.start();
        var informers = List.of(nodes, pods, services, namespaces, budgets, claims, volumes, classes, csiNodes);
        health.addReadiness("informers", () -> informers.stream().allMatch(SharedInformer::isReady));
        var decisions = new DecisionLog();
        var loop = new SchedulingLoop(queue, cache, profiles, conditions, events, decisions, waiting, clock);
        health.addPage(Why.PATH, serving.access(api), new Why(decisions, queue, cache, profiles, loop::isRunning));
        var elector = election.enabled() ? election.elector(api, "kube-scheduler") : null;
        var lease = elector == null ? null : NeededThread.unstarted("lease", () -> hold(elector));
        if (lease != null) {
            health.addReadiness("leader-election", elector::isHealthy);
            closeAtEnd(() -> {
                lease.interrupt();
                if (lease.getState() != Thread.State.NEW && lease.join(ENDING)) {
                    elector.release();
                }
            });
        }
        var thread = NeededThread.unstarted("scheduling-loop", () -> lead(elector, lease, loop, informers));
        closeAtEnd(thread::interrupt);
        thread.start();
    }

    /// The PreEnqueue plugins of the pod's profile.
    private static Function<PodInfo, Verdict> gates(List<Profile> profiles) {
        var byName = profiles.stream().collect(Collectors.toMap(Profile::schedulerName, profile -> profile.at(PreEnqueue.class)));
        return pod -> {
            for (var gate : byName.getOrDefault(pod.pod().getSpec().getSchedulerName(), List.of())) {
                var verdict = gate.preEnqueue(pod);
                if (!(verdict instanceof Verdict.Success)) {
                    return verdict;
                }
            }
            return Verdict.SUCCESS;
        };
    }

    private void lead(@Nullable LeaderElector elector, @Nullable Thread lease, SchedulingLoop loop, List<? extends SharedInformer<?>> informers) {
        try {
            if (elector != null) {
                elector.observeOnce();
            }
            for (var informer : informers) {
                informer.awaitSync();
            }
            if (elector != null && lease != null) {
                elector.acquire();
                lease.start();
            }
            loop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold(LeaderElector elector) {
        try {
            elector.holdUntilLost();
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
