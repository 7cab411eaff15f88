package io.moka.scheduler.predicates;

import io.moka.scheduler.framework.Predicate;
import java.util.List;

/// All predicates, in the order in which they are asked; the first that fails decides.
public final class Predicates {

    private Predicates() {
    }

    public static List<Predicate> all() {
        return List.of(new NodeUnschedulable(), new NodeName(), new TaintToleration(), new NodeAffinity(), new NodePorts(), new NodeResourcesFit());
    }
}
