package io.moka.apiserver.front.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.testing.Trees;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiTest {

    private static final String REF = "#/components/schemas/";
    private final Catalog catalog = Catalog.builtin();
    private final OpenApi openApi = new OpenApi(SchemaRegistry.load(), catalog, "v1.36.0");

    @Test
    void theIndexNamesEachGroupVersion() {
        JsonNode paths = Json.read(openApi.v3Index()).get("paths");
        assertEquals(catalog.groupVersions().size(), paths.size());
        assertTrue(paths.path("apis/apps/v1").path("serverRelativeURL").asText().startsWith("/openapi/v3/apis/apps/v1?hash="));
        paths.fieldNames().forEachRemaining(path -> assertTrue(Objects.requireNonNull(openApi.v3(path)).length > 1000, path));
        assertNull(openApi.v3("apis/nothing/v1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/v1", "apis/apps/v1", "apis/rbac.authorization.k8s.io/v1", "apis/events.k8s.io/v1"})
    void everyReferenceLeadsSomewhere(String path) {
        JsonNode document = v3(path);
        Set<String> references = new HashSet<>();
        document.findValues("$ref").stream().filter(JsonNode::isTextual).forEach(reference -> references.add(reference.asText()));
        JsonNode schemas = document.path("components").path("schemas");
        references.forEach(reference -> assertTrue(schemas.has(reference.substring(REF.length())), reference));
        assertFalse(references.isEmpty());
    }

    @Test
    void everyReferenceOfV2LeadsSomewhere() {
        JsonNode document = Json.read(openApi.v2());
        document.findValues("$ref").stream().filter(JsonNode::isTextual).forEach(reference ->
                assertTrue(document.path("definitions").has(reference.asText().substring("#/definitions/".length())), reference.asText()));
        assertEquals("2.0", document.get("swagger").asText());
    }

    @Test
    void kubectlFindsKindDescriptionAndMergeKeys() {
        JsonNode schemas = v3("api/v1").path("components").path("schemas");
        JsonNode pod = schemas.path("io.k8s.api.core.v1.Pod");
        assertEquals(Trees.node("[{group: '', kind: Pod, version: v1}]"), pod.get("x-kubernetes-group-version-kind"));
        assertTrue(pod.get("description").asText().startsWith("Pod is a collection of containers"));
        JsonNode containers = schemas.path("io.k8s.api.core.v1.PodSpec").path("properties").path("containers");
        assertEquals("name", containers.get("x-kubernetes-patch-merge-key").asText());
        assertEquals("merge", containers.get("x-kubernetes-patch-strategy").asText());
        assertEquals(Trees.node("[name]"), containers.get("x-kubernetes-list-map-keys"));
        assertEquals(REF + "io.k8s.api.core.v1.Container", containers.path("items").path("allOf").path(0).get("$ref").asText());
        assertEquals("merge,retainKeys",
                schemas.path("io.k8s.api.core.v1.PodSpec").path("properties").path("volumes").get("x-kubernetes-patch-strategy").asText());
    }

    @Test
    void kubectlFindsThatTheServerValidatesFields() {
        JsonNode patch = v3("apis/apps/v1").path("paths").path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}").path("patch");
        assertEquals("Deployment", patch.path("x-kubernetes-group-version-kind").path("kind").asText());
        assertTrue(patch.get("parameters").findValuesAsText("name").contains("fieldValidation"));
    }

    @Test
    void theBinaryFormHasAllPathsAndTypes() throws InvalidProtocolBufferException {
        JsonNode json = Json.read(openApi.v2());
        UnknownFieldSet binary = UnknownFieldSet.parseFrom(openApi.v2Binary());
        assertEquals("2.0", binary.getField(1).getLengthDelimitedList().getFirst().toStringUtf8());
        assertEquals(json.get("paths").size(), inner(binary, 8).getField(2).getLengthDelimitedList().size());
        assertEquals(json.get("definitions").size(), inner(binary, 9).getField(1).getLengthDelimitedList().size());
    }

    private static UnknownFieldSet inner(UnknownFieldSet message, int field) throws InvalidProtocolBufferException {
        return UnknownFieldSet.parseFrom(message.getField(field).getLengthDelimitedList().getFirst());
    }

    private static JsonNode property(JsonNode document, String type, String field) {
        return document.path("components").path("schemas").path(type).path("properties").path(field);
    }

    @Test
    void fieldThatRefersToATypeHasItsOwnWordsOrElseThoseOfTheType() {
        JsonNode strategy = property(v3("apis/apps/v1"), "io.k8s.api.apps.v1.DeploymentSpec", "strategy");
        assertEquals("The deployment strategy to use to replace existing pods with new ones.", strategy.path("description").asText());
        JsonNode service = property(v3("apis/apiregistration.k8s.io/v1"), "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec", "service");
        assertTrue(service.path("description").asText().startsWith("ServiceReference holds a reference"), service.toString());
    }

    @Test
    void valuesAreNamedAsUpstreamNamesThem() {
        JsonNode core = v3("api/v1");
        JsonNode policy = property(core, "io.k8s.api.core.v1.Container", "imagePullPolicy");
        assertEquals(Trees.node("[Always, IfNotPresent, Never]"), policy.get("enum"));
        assertTrue(policy.get("description").asText().endsWith("#updating-images\n\nPossible enum values:\n - `\"Always\"`\n - `\"IfNotPresent\"`\n - `\"Never\"`"), policy.toString());
        assertFalse(property(core, "io.k8s.api.core.v1.ObjectFieldSelector", "apiVersion").has("enum"));
        assertEquals(5, property(core, "io.k8s.api.core.v1.PodStatus", "phase").path("enum").size());
        JsonNode v2 = Json.read(openApi.v2()).path("definitions").path("io.k8s.api.core.v1.PodStatus").path("properties").path("phase");
        assertEquals(5, v2.path("enum").size());
    }

    @Test
    void documentsAreKept() {
        assertEquals(openApi.v3Index(), openApi.v3Index());
    }

    private JsonNode v3(String path) {
        return Json.read(Objects.requireNonNull(openApi.v3(path)));
    }
}
