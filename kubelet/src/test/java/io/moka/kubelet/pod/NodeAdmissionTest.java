package io.moka.kubelet.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAdmissionTest {

    private final NodeAdmission admission = new NodeAdmission(() -> Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi"), "pods", new Quantity("2")),
            () -> Map.of("disk", "ssd", "cores", "8"), new Sysctls(List.of()));

    private static NodeSelectorRequirement requirement(String key, String operator, String value) {
        return new NodeSelectorRequirementBuilder().withKey(key).withOperator(operator).withValues(value == null ? new ArrayList<>() : List.of(value)).build();
    }

    private static Pod bound(NodeSelectorTermBuilder term) {
        return new PodBuilder(TestNode.pod("web", "sleep")).editSpec().withNodeName("here").withNewAffinity().withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution().withNodeSelectorTerms(term.build())
                .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().endAffinity().endSpec().build();
    }

    private String reason(Pod pod) {
        var rejection = admission.admit(pod, false);
        return rejection == null ? null : rejection.reason();
    }

    @ParameterizedTest
    @CsvSource({"disk, In, ssd, ", "disk, In, hdd, NodeAffinity", "disk, Exists, , ", "gpu, DoesNotExist, , ", "gpu, Exists, , NodeAffinity", "cores, Gt, 4, ", "cores, Lt, 4, NodeAffinity"})
    void requiredAffinityIsLookedAtAgain(String key, String operator, String value, String reason) {
        assertEquals(reason, reason(bound(new NodeSelectorTermBuilder().withMatchExpressions(requirement(key, operator, value)))));
    }

    @ParameterizedTest
    @CsvSource({"here, ", "there, NodeAffinity"})
    void affinityToANodeByItsName(String name, String reason) {
        assertEquals(reason, reason(bound(new NodeSelectorTermBuilder().withMatchFields(requirement("metadata.name", "In", name)))));
    }

    @Test
    void emptyTermAllowsNoNode() {
        assertEquals("NodeAffinity", reason(bound(new NodeSelectorTermBuilder())));
    }

    @Test
    void selectorIsLookedAtAgain() {
        assertEquals("NodeAffinity", reason(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().addToNodeSelector("disk", "hdd").endSpec().build()));
        assertNull(reason(new PodBuilder(TestNode.pod("web", "sleep")).editSpec().addToNodeSelector("disk", "ssd").endSpec().build()));
    }

    @Test
    void placesAreCountedUntilTheyAreGivenBack() {
        var first = TestNode.pod("one", "sleep");
        assertNull(reason(first));
        assertNull(reason(TestNode.pod("two", "sleep")));
        assertEquals("OutOfpods", reason(TestNode.pod("three", "sleep")));
        admission.release(first.getMetadata().getUid());
        assertNull(reason(TestNode.pod("three", "sleep")));
    }
}
