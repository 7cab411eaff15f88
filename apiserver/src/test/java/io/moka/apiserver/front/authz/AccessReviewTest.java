package io.moka.apiserver.front.authz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Questions about access that are none.
final class AccessReviewTest {
    private static final String GROUP = "/apis/authorization.k8s.io/v1/";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "subjectaccessreviews | {\"spec\":{\"resourceAttributes\":{\"verb\":\"get\"}}} | SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": at least one of user or group must be specified",
        "subjectaccessreviews | {\"spec\":{\"user\":\"ann\"}} | SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified",
        "selfsubjectaccessreviews | {\"spec\":{\"resourceAttributes\":{\"verb\":\"get\"},\"nonResourceAttributes\":{\"path\":\"/x\"}}} | SelfSubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: {\"path\":\"/x\"}: cannot be specified in combination with resourceAttributes",
        "selfsubjectaccessreviews | {\"metadata\":{\"name\":\"x\"},\"spec\":{\"resourceAttributes\":{\"verb\":\"get\"}}} | SelfSubjectAccessReview.authorization.k8s.io \"\" is invalid: metadata: Invalid value: {\"name\":\"x\"}: must be empty",
        "namespaces/default/localsubjectaccessreviews | {\"spec\":{\"user\":\"ann\",\"resourceAttributes\":{\"namespace\":\"other\"}}} | LocalSubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value: \"other\": must match metadata.namespace",
        "namespaces/default/localsubjectaccessreviews | {\"spec\":{\"user\":\"ann\",\"nonResourceAttributes\":{\"path\":\"/x\"}}} | LocalSubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: {\"path\":\"/x\"}: disallowed on this kind of request",
    })
    void whatIsNoQuestionIsInvalid(String resource, String body, String message) {
        var refused = server.admin().post(GROUP + resource, body);
        assertEquals(422, refused.code(), refused.body());
        assertEquals(message, refused.text("message"));
    }

    @Test
    void rulesAreOfANamespace() {
        var refused = server.admin().post(GROUP + "selfsubjectrulesreviews", "{\"spec\":{}}");
        assertEquals(400, refused.code(), refused.body());
        assertEquals("no namespace on request", refused.text("message"));
    }

    @Test
    void whatClientsSendIsAQuestion() {
        var asked = server.admin().post(GROUP + "selfsubjectaccessreviews", "{\"kind\":\"SelfSubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1\","
                + "\"metadata\":{\"creationTimestamp\":null},\"spec\":{\"resourceAttributes\":{\"namespace\":\"default\",\"verb\":\"list\",\"resource\":\"pods\"}},\"status\":{\"allowed\":false}}");
        assertEquals(201, asked.code(), asked.body());
        assertTrue(asked.json().path("status").path("allowed").asBoolean(), asked.body());
        var local = server.admin().post(GROUP + "namespaces/default/localsubjectaccessreviews",
                "{\"metadata\":{\"namespace\":\"default\"},\"spec\":{\"groups\":[\"system:masters\"],\"resourceAttributes\":{\"namespace\":\"default\",\"verb\":\"list\",\"resource\":\"pods\"}}}");
        assertEquals(201, local.code(), local.body());
    }
}
