package io.moka.controllers.nodettl;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires nodes to a reconciler that writes the time of the present step.
public final class NodeTtlController {

    private NodeTtlController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var nodes = context.informers().of(Node.class);
        var steps = new TtlSteps();
        var writer = new PlanWriter(context.client(), context.events().apply("ttl-controller"));
        nodes.addHandler(EventHandler.onEvent((before, after) -> {
            if ((before == null || after == null) && steps.sized(nodes.lister().list().size())) {
                nodes.lister().list().forEach(node -> queue.add(ObjectKey.of(node)));
            }
            if (after != null && before == null) {
                queue.add(ObjectKey.of(after));
            }
        }));
        return new Controller<>("ttl-controller", queue, 1, key -> {
            var node = nodes.lister().get(key);
            if (node != null) {
                writer.carryOut(TtlSteps.of(node, steps.seconds()).writes());
            }
            return Outcome.DONE;
        });
    }
}
