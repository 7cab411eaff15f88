package io.moka.apiserver.admission.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.Trees;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Validation and defaults of webhook configurations.
final class ConfigurationTest extends WebhookTest {

    /// @param change a change to a valid webhook that makes it invalid
    private record Case(String name, String change, String cause) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> mistakes() {
        return Stream.of(
                new Case("name-is-not-qualified", "{name: hook}", "webhooks[0].name: Invalid value: \"hook\": should be a domain with at least three segments separated by dots"),
                new Case("name-is-no-domain", "{name: 'A.b.c'}", "webhooks[0].name: Invalid value: \"A.b.c\": a lowercase RFC 1123 subdomain must consist"),
                new Case("side-effects-are-missing", "{sideEffects: null}", "webhooks[0].sideEffects: Required value"),
                new Case("side-effects-are-unknown", "{sideEffects: Some}", "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\""),
                new Case("review-version-is-unknown", "{admissionReviewVersions: [v7]}", "must include at least one of v1, v1beta1"),
                new Case("review-version-twice", "{admissionReviewVersions: [v1, v1]}", "webhooks[0].admissionReviewVersions[1]: Invalid value: \"v1\": duplicate version"),
                new Case("time-is-too-long", "{timeoutSeconds: 31}", "webhooks[0].timeoutSeconds: Invalid value: 31"),
                new Case("policy-is-unknown", "{failurePolicy: Maybe}", "webhooks[0].failurePolicy: Unsupported value: \"Maybe\""),
                new Case("url-and-service", "{clientConfig: {url: 'https://a', service: {name: a, namespace: b}}}", "webhooks[0].clientConfig: Required value: exactly one of url or service is required"),
                new Case("url-without-tls", "{clientConfig: {url: 'http://a'}}", "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme"),
                new Case("url-with-query", "{clientConfig: {url: 'https://a/?x=y'}}", "query parameters are not permitted in the URL"),
                new Case("url-with-user", "{clientConfig: {url: 'https://me@a/'}}", "user information is not permitted in the URL"),
                new Case("service-path", "{clientConfig: {service: {name: a, namespace: b, path: x}}}", "webhooks[0].clientConfig.service.path: Invalid value: \"x\": must start with a '/'"),
                new Case("no-operations", "{rules: [{operations: [], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}", "webhooks[0].rules[0].operations: Required value"),
                new Case("unknown-operation", "{rules: [{operations: [GET], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}",
                        "webhooks[0].rules[0].operations[0]: Unsupported value: \"GET\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\""),
                new Case("wildcard-and-more", "{rules: [{operations: ['*'], apiGroups: ['*', apps], apiVersions: [v1], resources: [pods]}]}", "if '*' is present, must not specify other API groups"),
                new Case("subresources-twice", "{rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: [v1], resources: ['pods/*', pods/status]}]}",
                        "webhooks[0].rules[0].resources[1]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status"),
                new Case("condition-does-not-compile", "{matchConditions: [{name: c, expression: 'object.'}]}", "webhooks[0].matchConditions[0].expression: Invalid value: \"object.\": compilation failed: ERROR"),
                new Case("condition-is-no-condition", "{matchConditions: [{name: c, expression: '1'}]}", "must evaluate to bool"),
                new Case("condition-without-name", "{matchConditions: [{name: '', expression: 'true'}]}", "webhooks[0].matchConditions[0].name: Required value"),
                new Case("conditions-of-one-name", "{matchConditions: [{name: c, expression: 'true'}, {name: c, expression: 'false'}]}", "webhooks[0].matchConditions[1].name: Duplicate value: \"c\""),
                new Case("condition-about-params", "{matchConditions: [{name: c, expression: 'params == null'}]}", "undeclared reference to 'params'"));
    }

    private static ObjectNode configuration(String name, String change) {
        ObjectNode object = Trees.object("{metadata: {name: " + name + "}, webhooks: [{name: hook.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://localhost/'},"
                + " rules: [{operations: [CREATE], apiGroups: [none.example.com], apiVersions: [v1], resources: [nothings]}]}]}");
        ((ObjectNode) object.at("/webhooks/0")).setAll((ObjectNode) Trees.node(change));
        return object;
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeIsRefusedWithItsPlace(Case mistake) {
        for (String plural : new String[] {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}) {
            Answer answer = admin().post(GROUP + plural, configuration(mistake.name, mistake.change).toString());
            assertEquals(422, answer.code(), answer.body());
            assertTrue(answer.text("message").contains(mistake.cause), answer.text("message"));
        }
    }

    @Test
    void absentFieldsAreGivenUpstreamsDefaults() {
        Answer made = admin().post(GROUP + "mutatingwebhookconfigurations", configuration("defaulted", "{clientConfig: {service: {name: a, namespace: b}}}").toString());
        JsonNode webhook = made.json().at("/webhooks/0");
        assertEquals("Fail Equivalent Never 10 443 *", webhook.path("failurePolicy").asText() + " " + webhook.path("matchPolicy").asText() + " " + webhook.path("reinvocationPolicy").asText() + " "
                + webhook.path("timeoutSeconds").asInt() + " " + webhook.at("/clientConfig/service/port").asInt() + " " + webhook.at("/rules/0/scope").asText(), made.body());
        assertEquals(1, made.json().at("/metadata/generation").asInt());
        admin().delete(GROUP + "mutatingwebhookconfigurations/defaulted");
    }

    @Test
    void namesOfWebhooksAreUnique() {
        ObjectNode twice = configuration("twice", "{}");
        ((com.fasterxml.jackson.databind.node.ArrayNode) twice.path("webhooks")).add(twice.at("/webhooks/0").deepCopy());
        Answer answer = admin().post(GROUP + "validatingwebhookconfigurations", twice.toString());
        assertTrue(answer.text("message").contains("webhooks[1].name: Duplicate value: \"hook.example.com\""), answer.body());
    }
}
