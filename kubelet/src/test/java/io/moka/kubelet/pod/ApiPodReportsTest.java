package io.moka.kubelet.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import org.junit.jupiter.api.Test;

class ApiPodReportsTest {

    @Test
    void whatIsNotSaidAnyMoreIsTakenBack() {
        var pod = TestNode.pod("web", "sleep");
        var status = new PodStatusBuilder().withPhase("Running").withPodIP("10.1.0.1").addNewPodIP("10.1.0.1")
                .addNewCondition().withType("Ready").withStatus("True").endCondition()
                .addNewCondition().withType("Initialized").withStatus("False").withReason("ContainersNotInitialized").endCondition().build();

        var patch = ApiPodReports.patch(pod, status);

        assertEquals(pod.getMetadata().getUid(), patch.at("/metadata/uid").asText());
        var said = patch.path("status");
        assertTrue(said.path("reason").isNull() && said.path("message").isNull());
        assertEquals("10.1.0.1", said.path("podIP").asText());
        assertTrue(said.at("/conditions/0").has("reason") && said.at("/conditions/0/reason").isNull() && said.at("/conditions/0/message").isNull());
        assertEquals("ContainersNotInitialized", said.at("/conditions/1/reason").asText());
        assertEquals("replace", said.at("/podIPs/0/$patch").asText());
        assertFalse(said.at("/conditions/0").has("$patch"));
    }
}
