package io.moka.controllers.clusterroleaggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The rules of an aggregated role as the union of its parts' rules.
class UnionTest {

    private static ClusterRole part(String name, Map<String, String> labels, String... resources) {
        return new ClusterRoleBuilder().withNewMetadata().withName(name).withLabels(labels).endMetadata().addAllToRules(Arrays.stream(resources)
                .map(resource -> new io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder().withApiGroups("").withResources(resource).withVerbs("get").build()).toList()).build();
    }

    private static ClusterRole aggregated(Map<String, String> labels, List<Map<String, String>> selectors) {
        var role = new ClusterRoleBuilder().withNewMetadata().withName("all").withLabels(labels).endMetadata().withNewAggregationRule();
        selectors.forEach(selector -> role.addNewClusterRoleSelector().withMatchLabels(selector).endClusterRoleSelector());
        return role.endAggregationRule().build();
    }

    private static List<String> resources(ClusterRole aggregated, ClusterRole... all) {
        return AggregationReconciler.union(aggregated, List.of(all)).stream().map(rule -> rule.getResources().getFirst()).toList();
    }

    @Test
    void partsComeInTheOrderOfSelectorsThenOfNames() {
        var all = aggregated(Map.of(), List.of(Map.of("to", "b"), Map.of("to", "a")));
        assertEquals(List.of("pods", "nodes", "secrets"), resources(all,
                part("z", Map.of("to", "b"), "nodes"), part("y", Map.of("to", "b"), "pods"), part("x", Map.of("to", "a"), "secrets"), part("w", Map.of("to", "c"), "services")));
    }

    @Test
    void aRuleOfTwoPartsIsThereOnce() {
        assertEquals(List.of("pods"), resources(aggregated(Map.of(), List.of(Map.of("to", "a"))), part("y", Map.of("to", "a"), "pods"), part("x", Map.of("to", "a"), "pods")));
    }

    @Test
    void aRoleIsNoPartOfItself() {
        var all = aggregated(Map.of("to", "a"), List.of(Map.of("to", "a")));
        all.setRules(part("all", Map.of(), "secrets").getRules());
        assertEquals(List.of("pods"), resources(all, all, part("x", Map.of("to", "a"), "pods")));
    }

    @Test
    void withoutPartsNothingIsLeft() {
        assertEquals(List.of(), resources(aggregated(Map.of(), List.of(Map.of("to", "a"))), part("x", Map.of(), "pods")));
    }
}
