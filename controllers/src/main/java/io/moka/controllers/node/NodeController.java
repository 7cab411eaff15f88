package io.moka.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;

/// Wires nodes, their leases and the pods on them to the reconcilers of this package.
public final class NodeController {

    private static final int WORKERS = 4;

    private NodeController() {
    }

    /// @param clusterCidr the addresses of all pods; each node gets a /24 of it
    public static List<Controller<ObjectKey>> create(ControllerContext context, String clusterCidr) {
        var heartbeats = new Heartbeats(context.clock()::nanos);
        var nodes = new WorkQueue<ObjectKey>(context.clock());
        var pods = new WorkQueue<ObjectKey>(context.clock());
        observe(heartbeats, context.clock());
        var podLister = context.informers().of(Pod.class).index(Informers.BY_NODE, Informers::nodeOf).lister();
        context.informers().of(Node.class).addHandler(EventHandler.onEvent((before, after) -> {
            var node = after == null ? before : after;
            var name = node.getMetadata().getName();
            if (after == null) {
                heartbeats.forget(name);
            } else {
                heartbeats.seeStatus(after);
            }
            nodes.add(ObjectKey.of(node));
            if (before == null || after == null || !before.getSpec().getTaints().equals(after.getSpec().getTaints())) {
                podLister.byIndex(Informers.BY_NODE, name).forEach(pod -> pods.add(ObjectKey.of(pod)));
            }
        }));
        context.informers().of(Lease.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after != null && Heartbeats.NAMESPACE.equals(after.getMetadata().getNamespace())) {
                heartbeats.seeLease(after);
                nodes.add(ObjectKey.ofCluster(after.getMetadata().getName()));
            }
        }));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            var pod = after == null ? before : after;
            var node = pod.getSpec().getNodeName();
            if (node != null) {
                pods.add(ObjectKey.of(pod));
            }
        }));
        return List.of(
                new Controller<>("node-lifecycle-controller", nodes, WORKERS, new NodeReconciler(context, heartbeats, new PodCidrs(clusterCidr))),
                new Controller<>("taint-eviction-controller", pods, WORKERS, new TaintEviction(context)));
    }

    private static void observe(Heartbeats heartbeats, Sleeper sleeper) {
        NeededThread.start("node-observation", () -> {
            try {
                while (true) {
                    heartbeats.observe();
                    sleeper.sleep(Heartbeats.OBSERVATION);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
