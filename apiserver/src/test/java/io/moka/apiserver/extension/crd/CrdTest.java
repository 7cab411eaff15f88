package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Trees;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Base of the tests of custom resources: one server for all tests of a class; each test defines kinds of its own.
abstract class CrdTest {
    static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    static TestServer.Caller admin() {
        return server.admin();
    }

    /// A definition of one version whose `spec` has the given properties, in flow YAML.
    static String definition(String kind, String specProperties) {
        return definition(kind, "{type: object, properties: {spec: {type: object, properties: {" + specProperties + "}}}}", "");
    }

    /// @param version further fields of the version, each followed by a comma
    static String definition(String kind, String schema, String version) {
        String singular = kind.toLowerCase(java.util.Locale.ROOT);
        return yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %ss.example.com},
                 spec: {group: example.com, scope: Namespaced, names: {plural: %ss, kind: %s},
                        versions: [{%s name: v1, served: true, storage: true, schema: {openAPIV3Schema: %s}}]}}""".formatted(singular, singular, kind, version, schema));
    }

    static String yaml(String text) {
        return Trees.node(text).toString();
    }

    /// Creates a definition, waits until it is established, and returns the path of its objects in the namespace `default`.
    static String establish(String definition) {
        TestServer.Answer created = admin().post(DEFINITIONS, definition);
        if (created.code() != 201) {
            throw new AssertionError(created.body());
        }
        String name = created.text("metadata", "name");
        TestServer.await(name + " is established", () -> condition(name, "Established").equals("True"));
        JsonNode spec = created.json().path("spec");
        String version = spec.path("versions").get(0).path("name").asText();
        String root = "/apis/" + spec.path("group").asText() + "/" + version;
        return root + (spec.path("scope").asText().equals("Namespaced") ? "/namespaces/default/" : "/") + spec.path("names").path("plural").asText();
    }

    static String condition(String name, String type) {
        for (JsonNode condition : admin().get(DEFINITIONS + "/" + name).json().path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }

    static String object(String kind, String name, String spec) {
        return yaml("{apiVersion: example.com/v1, kind: " + kind + ", metadata: {name: " + name + "}, spec: " + spec + "}");
    }

    /// Returns the causes of an error answer, each as `field: message`.
    static List<String> causes(TestServer.Answer answer) {
        List<String> causes = new ArrayList<>();
        answer.json().path("details").path("causes").forEach(cause -> causes.add(cause.path("field").asText() + ": " + cause.path("message").asText()));
        return causes;
    }

    static ObjectNode read(String path) {
        return admin().get(path).object();
    }
}
