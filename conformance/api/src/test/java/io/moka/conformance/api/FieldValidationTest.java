package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// "FieldValidation": the answers to strict requests name unknown and duplicate fields.
final class FieldValidationTest {
    /// Sent as it is, whatever the other tests send: the binary form of a built-in kind has no place for an unknown field.
    private static final String JSON_TEXT = "application/json; charset=utf-8";
    private static final Api API = ControlPlane.shared().admin();
    private static final String NAMESPACE = API.namespace("strict").substring("/api/v1/namespaces/".length());
    private static final String STRICT = "?fieldManager=field_validation_mgr&fieldValidation=Strict";

    private static final Definitions OPEN = Definitions.create("opens.strict.example.com", "Cluster", "{type: object, x-kubernetes-preserve-unknown-fields: true}");
    private static final Definitions SHAPED = Definitions.create("shapeds.strict.example.com", "Cluster", """
            type: object
            properties:
              spec:
                type: object
                properties:
                  foo: {type: string}
                  cronSpec: {type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
                  ports:
                    type: array
                    x-kubernetes-list-type: map
                    x-kubernetes-list-map-keys: [containerPort, protocol]
                    items:
                      type: object
                      required: [containerPort, protocol]
                      properties: {containerPort: {type: integer, format: int32}, name: {type: string}, protocol: {type: string}}
            """);
    private static final Definitions EMBEDDING = Definitions.create("embeddings.strict.example.com", "Cluster", """
            type: object
            properties:
              spec:
                type: object
                x-kubernetes-preserve-unknown-fields: true
                properties:
                  foo: {type: string}
                  template:
                    type: object
                    x-kubernetes-embedded-resource: true
                    properties: {metadata: {type: object, properties: {name: {type: string}}}, spec: {type: object}}
            """);
    private static final String SPEC = """
            spec:
              foo: foo1
              cronSpec: "* * * * */5"
              ports: [{name: x, containerPort: 80, protocol: TCP}]
            """;

    @AfterAll
    static void deleteDefinitions() {
        OPEN.delete();
        SHAPED.delete();
        EMBEDDING.delete();
    }

    private static String deployment(String metadata, String spec) {
        return """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "my-dep", %s "labels": {"app": "nginx"}},
                 "spec": {%s "selector": {"matchLabels": {"app": "nginx"}}, "template": {"metadata": {"labels": {"app": "nginx"}},
                 "spec": {"containers": [{"name": "nginx", "image": "nginx:latest"}]}}}}""".formatted(metadata, spec);
    }

    private static void assertRefused(Answer answer, String expected) {
        assertTrue(answer.code() >= 400 && answer.text("message").contains(expected), () -> answer.code() + " " + answer.body());
    }

    @Test
    void unknownAndDuplicateFieldsOfABuiltInKindAreNamed() {
        String path = "/apis/apps/v1/namespaces/" + NAMESPACE + "/deployments" + STRICT;
        String body = deployment("", "\"unknownField\": \"foo\", \"replicas\": 2, \"replicas\": 3,");
        assertRefused(API.send("POST", path, JSON_TEXT, body), "strict decoding error: unknown field \"spec.unknownField\", duplicate field \"spec.replicas\"");
    }

    @Test
    void unknownMetadataOfABuiltInKindIsNamed() {
        String path = "/apis/apps/v1/namespaces/" + NAMESPACE + "/deployments" + STRICT;
        assertRefused(API.send("POST", path, JSON_TEXT, deployment("\"unknownMeta\": \"foo\",", "")), "strict decoding error: unknown field \"metadata.unknownMeta\"");
    }

    @Test
    void whatFitsTheSchemaIsApplied() {
        API.apply(SHAPED.path("mytest") + STRICT, SHAPED.object("mytest", "") + SPEC).expect(201);
        API.delete(SHAPED.path("mytest")).expect(200);
    }

    @Test
    void withoutASchemaUnknownFieldsAreApplied() {
        API.apply(OPEN.path("mytest") + STRICT, OPEN.object("mytest", "") + SPEC.replace("foo:", "unknown:")).expect(201);
        API.delete(OPEN.path("mytest")).expect(200);
    }

    @Test
    void unknownFieldOfACustomKindIsNamedWhenItIsApplied() {
        assertRefused(API.apply(SHAPED.path("extra") + STRICT, SHAPED.object("extra", "") + "unknownField: unknown\n" + SPEC), ".unknownField: field not declared in schema");
    }

    @Test
    void unknownMetadataOfACustomKindIsNamedWhenItIsApplied() {
        String body = EMBEDDING.object("unknown", "unknownMeta: unknown") + """
                spec:
                  foo: foo1
                  template: {apiversion: foo/v1, kind: Sub, metadata: {unknownSubMeta: unknown, name: subobject, namespace: %s}}
                """.formatted(NAMESPACE);
        assertRefused(API.apply(EMBEDDING.path("unknown") + STRICT, body), ".metadata.unknownMeta: field not declared in schema");
        String embedded = EMBEDDING.object("unknown", "") + """
                spec:
                  template: {apiVersion: foo/v1, kind: Sub, metadata: {unknownSubMeta: unknown, name: subobject}}
                """;
        assertRefused(API.apply(EMBEDDING.path("unknown") + STRICT, embedded), ".spec.template.metadata.unknownSubMeta: field not declared in schema");
        String created = Api.json(embedded);
        assertRefused(API.send("POST", EMBEDDING.path("") + STRICT, "application/json", created), "unknown field \"spec.template.metadata.unknownSubMeta\"");
    }

    @Test
    void duplicateFieldsAreNamedEvenWhereUnknownOnesAreKept() {
        String body = OPEN.object("twice", "") + SPEC + "  foo: foo2\n";
        assertRefused(API.apply(OPEN.path("twice") + STRICT, body), "key \"foo\" already set in map");
    }
}
