package io.moka.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.Trees;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/// One server for all tests of a class, each with policies of its own.
abstract class PolicyTest {
    static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static TestServer server;

    private final List<String> made = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void forget() {
        made.forEach(path -> server.admin().delete(path));
        made.clear();
        fresh();
    }

    static TestServer server() {
        return server;
    }

    static TestServer.Caller admin() {
        return server.admin();
    }

    static String json(String yaml) {
        return Trees.node(yaml).toString();
    }

    /// Consistent lists: what was written before is in the caches when they are answered.
    static void fresh() {
        for (String plural : new String[] {"validatingadmissionpolicies", "validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"}) {
            assertEquals(200, admin().get(GROUP + plural).code());
        }
    }

    Answer make(String plural, JsonNode object) {
        Answer answer = admin().post(GROUP + plural, object.toString());
        if (answer.code() == 201) {
            made.add(GROUP + plural + "/" + Json.name(object));
            fresh();
        }
        return answer;
    }

    static ObjectNode named(String name, JsonNode spec) {
        ObjectNode object = Trees.object("{metadata: {name: " + name + "}}");
        object.set("spec", spec);
        return object;
    }

    /// A policy's spec, for the config maps of a namespace unless it says something else.
    static ObjectNode spec(JsonNode policy, String namespace, JsonNode constraints) {
        ObjectNode spec = policy.deepCopy();
        ObjectNode match = Trees.object("{resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]}");
        match.set("namespaceSelector", Trees.node("{matchLabels: {kubernetes.io/metadata.name: " + namespace + "}}"));
        if (constraints.isObject()) {
            match.setAll((ObjectNode) constraints);
        }
        if (!spec.has("matchConstraints")) {
            spec.set("matchConstraints", match);
        }
        return spec;
    }

    static void assertCreated(Answer answer) {
        assertEquals(201, answer.code(), answer.body());
    }

    static void assertRefused(Answer answer, String cause) {
        assertEquals(422, answer.code(), answer.body());
        assertTrue(answer.text("message").contains(cause), answer.body());
    }
}
