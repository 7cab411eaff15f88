package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.leaderelection.LeaderElector;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.ElectionOptions;
import io.moka.machinery.process.ServingOptions;
import io.moka.scheduler.cache.ClusterCache;
import io.moka.scheduler.predicates.Predicates;
import io.moka.scheduler.priorities.Priorities;
import io.moka.scheduler.queue.SchedulingQueue;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The scheduler process.
@Command(name = "moka-scheduler", mixinStandardHelpOptions = true, description = "Binds each pod to the best node.")
public final class Scheduler extends ComponentProcess {

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Mixin
    private ElectionOptions election = new ElectionOptions();

    @Option(names = "--scheduler-name", paramLabel = "NAME", defaultValue = "default-scheduler", description = "Which pods to take, by their schedulerName (${DEFAULT-VALUE}).")
    private String schedulerName = "";

    public static void main(String[] args) {
        System.exit(run(new Scheduler(), args));
    }

    @Override
    protected void start() throws Exception {
        var health = closeAtEnd(serving.start());
        var api = closeAtEnd(client.connect("scheduler"));
        var clock = InstantSource.system();
        var cache = new ClusterCache();
        var queue = new SchedulingQueue(clock);
        var watch = new ClusterWatch(cache, queue, schedulerName);
        var nodes = closeAtEnd(SharedInformer.of(api, Node.class).build());
        var pods = closeAtEnd(SharedInformer.of(api, Pod.class).fields("status.phase!=Succeeded,status.phase!=Failed").build());
        var services = closeAtEnd(SharedInformer.of(api, Service.class).build());
        nodes.addHandler(watch.nodes()).start();
        pods.addHandler(watch.pods()).start();
        services.start();
        health.addReadiness("informers", () -> nodes.hasSynced() && pods.hasSynced() && services.hasSynced());
        var cycle = new SchedulingCycle(Predicates.all(), Priorities.all(services.lister()));
        var events = closeAtEnd(new EventRecorder(api, schedulerName, null, clock));
        var loop = new SchedulingLoop(queue, cache, cycle, new Binder(api), new PodConditions(api, clock), events);
        var elector = election.enabled() ? election.elector(api, "kube-scheduler") : null;
        var thread = Thread.ofVirtual().name("scheduling-loop").unstarted(() -> lead(elector, loop, nodes, pods));
        closeAtEnd(thread::interrupt);
        thread.start();
    }

    private void lead(@Nullable LeaderElector elector, SchedulingLoop loop, SharedInformer<Node> nodes, SharedInformer<Pod> pods) {
        try {
            nodes.awaitSync();
            pods.awaitSync();
            if (elector != null) {
                elector.acquire();
                Thread.ofVirtual().name("lease").start(() -> hold(elector));
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
