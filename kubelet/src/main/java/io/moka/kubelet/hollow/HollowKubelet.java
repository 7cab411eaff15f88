package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.micrometer.core.instrument.Gauge;
import io.moka.kubelet.pod.ApiPodReports;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.process.HealthServer;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.time.Sleeper;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// The kubelet's process if its runtime is hollow: creates the parts and connects them.
public final class HollowKubelet implements AutoCloseable {

    private static final int WRITERS = 32;

    private final HollowNodes nodes;
    private final HollowPods pods;
    private final HollowHeartbeats heartbeats;
    private final SharedInformer<Pod> podInformer;
    private final SharedInformer<Node> nodeInformer;

    /// @param labels which the nodes get besides their own
    /// @throws IllegalArgumentException when the options do not go together
    public HollowKubelet(ApiClient client, HollowOptions options, Map<String, String> labels, List<Taint> taints, int maxPods, InstantSource clock) {
        this.nodes = new HollowNodes(options, labels, taints, maxPods);
        this.pods = new HollowPods(nodes, options, new ApiPodReports(client, Sleeper.SYSTEM, WRITERS, options.nodes * maxPods), clock);
        this.heartbeats = new HollowHeartbeats(client, nodes, clock, Sleeper.SYSTEM);
        this.podInformer = SharedInformer.of(client, Pod.class).fields("spec.nodeName!=").build();
        this.nodeInformer = SharedInformer.of(client, Node.class).labels(HollowNode.LABEL + "=true").build();
    }

    public void start(HealthServer health) throws InterruptedException {
        health.addReadiness("nodes", nodes::areAllReady);
        health.addReadiness("pods", podInformer::hasSynced);
        Gauge.builder("kubelet.running.pods", pods, HollowPods::count).register(Metrics.registry());
        nodeInformer.addHandler(nodes.handler(pods::lookAtAllOf)).start();
        podInformer.addHandler(pods).start();
        pods.start(podInformer::awaitSync);
        heartbeats.start(nodeInformer::awaitSync);
    }

    @Override
    public void close() {
        heartbeats.close();
        pods.close();
        podInformer.close();
        nodeInformer.close();
    }
}
