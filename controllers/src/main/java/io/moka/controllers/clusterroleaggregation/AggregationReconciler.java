package io.moka.controllers.clusterroleaggregation;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Writes into one aggregated role the rules of the roles that it selects.
final class AggregationReconciler implements Reconciler<ObjectKey> {

    private final Lister<ClusterRole> roles;
    private final Resources<ClusterRole> writer;

    AggregationReconciler(ControllerContext context) {
        this.roles = context.informers().of(ClusterRole.class).lister();
        this.writer = context.client().resources(ClusterRole.class);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var role = roles.get(key);
        if (role == null || role.getAggregationRule() == null) {
            return Outcome.DONE;
        }
        var wanted = List.copyOf(union(role, roles.list()));
        if (!wanted.equals(role.getRules())) {
            writer.apply("", key.name(), ClusterRoleAggregation.NAME, Map.of("apiVersion", role.getApiVersion(), "kind", role.getKind(),
                    "metadata", Map.of("name", key.name()), "rules", wanted));
        }
        return Outcome.DONE;
    }

    /// The rules of the roles that `aggregated` selects. A role is never a part of itself.
    static Collection<PolicyRule> union(ClusterRole aggregated, List<ClusterRole> all) {
        var byName = new ArrayList<>(all);
        byName.sort(Comparator.comparing(role -> role.getMetadata().getName()));
        var rules = new LinkedHashSet<PolicyRule>();
        for (var selector : aggregated.getAggregationRule().getClusterRoleSelectors()) {
            var wanted = LabelSelector.of(selector);
            for (var part : byName) {
                if (!part.getMetadata().getName().equals(aggregated.getMetadata().getName()) && wanted.matches(part.getMetadata().getLabels())) {
                    rules.addAll(part.getRules());
                }
            }
        }
        return rules;
    }
}
