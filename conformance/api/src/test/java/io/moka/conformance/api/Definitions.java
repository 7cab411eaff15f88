package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;

/// A created and established CustomResourceDefinition of one version, `v1`.
record Definitions(String name, boolean namespaced) {
    private static final Api API = ControlPlane.shared().admin();
    static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /// @param name such as `things.example.com`; the kind is `Thing`
    /// @param schema in YAML
    static Definitions create(String name, String scope, String schema) {
        String plural = name.substring(0, name.indexOf('.'));
        String kind = Character.toUpperCase(plural.charAt(0)) + plural.substring(1, plural.length() - 1);
        JsonNode definition = Api.yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %s}, spec: {group: %s, scope: %s, names: {plural: %s, singular: %s, kind: %s, listKind: %sList},
                versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: %s}}]}}""".formatted(name, name.substring(name.indexOf('.') + 1), scope, plural,
                kind.toLowerCase(), kind, kind, Api.yaml(schema)));
        API.post(PATH, definition).expect(201);
        var created = new Definitions(name, scope.equals("Namespaced"));
        created.awaitEstablished();
        return created;
    }

    void awaitEstablished() {
        Eventually.holds(name + " is established", () -> API.get(PATH + "/" + name).expect(200).at("status", "conditions").valueStream()
                .anyMatch(condition -> condition.path("type").asText().equals("Established") && condition.path("status").asText().equals("True")));
    }

    private String group() {
        return name.substring(name.indexOf('.') + 1);
    }

    private String plural() {
        return name.substring(0, name.indexOf('.'));
    }

    /// Returns the path of a cluster-scoped object, or of the collection if the name is empty.
    String path(String object) {
        return "/apis/" + group() + "/v1/" + plural() + (object.isEmpty() ? "" : "/" + object);
    }

    String collection(String namespace) {
        return "/apis/" + group() + "/v1/namespaces/" + namespace + "/" + plural();
    }

    /// Returns the beginning of an object in YAML, to which other fields can be added.
    String object(String object, String metadata) {
        return "apiVersion: %s/v1\nkind: %s\nmetadata: {name: %s%s}\n".formatted(group(), Character.toUpperCase(plural().charAt(0)) + plural().substring(1, plural().length() - 1),
                object, metadata.isEmpty() ? "" : ", " + metadata);
    }

    void delete() {
        API.delete(PATH + "/" + name).expect(200);
        Eventually.holds(name + " is gone", () -> API.get(PATH + "/" + name).code() == 404);
    }
}
