package io.moka.controllers.clusterroleaggregation;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires cluster roles to the reconciler: a change of any role may concern every aggregated role.
public final class ClusterRoleAggregation {

    static final String NAME = "clusterrole-aggregation-controller";
    private static final int WORKERS = 1;

    private ClusterRoleAggregation() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var roles = context.informers().of(ClusterRole.class);
        roles.addHandler(EventHandler.onChange(changed -> roles.lister().list().stream()
                .filter(role -> role.getAggregationRule() != null).forEach(role -> queue.add(ObjectKey.of(role)))));
        return new Controller<>(NAME, queue, WORKERS, new AggregationReconciler(context));
    }
}
