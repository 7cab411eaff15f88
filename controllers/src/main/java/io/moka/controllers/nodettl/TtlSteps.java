package io.moka.controllers.nodettl;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import java.util.List;
import java.util.Map;

/// Finds the step of the table of TTLs for the number of nodes.
final class TtlSteps {

    static final String ANNOTATION = "node.alpha.kubernetes.io/ttl";

    private record Step(int smallest, int largest, int seconds) {
    }

    private static final List<Step> STEPS = List.of(new Step(0, 100, 0), new Step(90, 500, 15), new Step(450, 1000, 30), new Step(900, 2000, 60),
            new Step(1800, Integer.MAX_VALUE, 300));

    private int step;

    /// Moves to the step for this number of nodes, or stays at the present step if it still covers the number.
    ///
    /// @return whether the step has changed
    synchronized boolean sized(int nodes) {
        int before = step;
        while (nodes > STEPS.get(step).largest) {
            step++;
        }
        while (nodes < STEPS.get(step).smallest) {
            step--;
        }
        return step != before;
    }

    synchronized int seconds() {
        return STEPS.get(step).seconds;
    }

    static Plan of(Node node, int seconds) {
        var annotations = node.getMetadata().getAnnotations();
        var wanted = Integer.toString(seconds);
        return annotations != null && wanted.equals(annotations.get(ANNOTATION)) ? Plan.NOTHING
                : new Plan(List.of(new Write.Patch(node, "", PatchType.STRATEGIC, Map.of("metadata", Map.of("annotations", Map.of(ANNOTATION, wanted))))), null);
    }
}
