package io.moka.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Trees;
import org.junit.jupiter.api.Test;

/// Type-check warnings about a policy's expressions in its status.
final class TypeCheckingTest extends PolicyTest {
    private static final String POLICIES = "validatingadmissionpolicies";

    private JsonNode statusOf(String name, String rules, String expressions) {
        assertCreated(make(POLICIES, named(name, Trees.node("{matchConstraints: {resourceRules: [" + rules + "]}, " + expressions + "}"))));
        return observed(name, 1);
    }

    private static JsonNode observed(String name, int generation) {
        TestServer.await("the policy has been seen", () -> admin().get(GROUP + POLICIES + "/" + name).json().at("/status/observedGeneration").asInt() == generation);
        return admin().get(GROUP + POLICIES + "/" + name).json().path("status");
    }

    private static String rule(String group, String resources) {
        return "{apiGroups: ['" + group + "'], apiVersions: [v1], operations: [CREATE], resources: [" + resources + "]}";
    }

    @Test
    void soundExpressionsLeaveNoWarning() {
        JsonNode status = statusOf("sound", rule("apps", "deployments"), "variables: [{name: image, expression: 'object.spec.template.spec.containers[0].image'}], validations: "
                + "[{expression: \"object.spec.replicas < 5 && variables.image.startsWith('x') && object.metadata.labels['a'] == 'b' && object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')\","
                + " messageExpression: \"'has ' + string(object.spec.replicas)\"}]");
        assertTrue(status.at("/typeChecking/expressionWarnings").isMissingNode(), status.toString());
    }

    @Test
    void unknownFieldsAndWrongTypesAreTold() {
        JsonNode status = statusOf("odd", rule("apps", "deployments, statefulsets"), "validations: [{expression: 'object.spec.replicass < 5'}, {expression: \"object.spec.replicas == 'x'\", messageExpression: 'object.nonsense.x + string(1)'}]");
        JsonNode warnings = status.at("/typeChecking/expressionWarnings");
        assertEquals("spec.validations[0].expression", warnings.at("/0/fieldRef").asText(), status.toString());
        assertTrue(warnings.at("/0/warning").asText().startsWith("apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replicass'"), status.toString());
        assertTrue(warnings.at("/0/warning").asText().contains("apps/v1, Kind=StatefulSet: ERROR"), status.toString());
        assertEquals("spec.validations[1].expression", warnings.at("/1/fieldRef").asText());
        assertTrue(warnings.at("/1/warning").asText().contains("found no matching overload for '_==_' applied to '(int, string)'"), status.toString());
        assertEquals("spec.validations[1].messageExpression", warnings.at("/2/fieldRef").asText());
    }

    @Test
    void newGenerationIsCheckedAnew() {
        statusOf("changing", rule("", "pods"), "validations: [{expression: 'object.spec.hostNetworkk'}]".replace("object.spec.hostNetworkk", "object.spec.hostNetworkk == true"));
        admin().patch(GROUP + POLICIES + "/changing", "merge-patch", json("{spec: {validations: [{expression: 'object.spec.hostNetwork == true'}]}}"));
        assertTrue(observed("changing", 2).at("/typeChecking/expressionWarnings").isMissingNode());
    }
}
