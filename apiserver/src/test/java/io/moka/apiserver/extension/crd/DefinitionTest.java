package io.moka.apiserver.extension.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DefinitionTest extends CrdTest {

    @Test
    void definitionGetsDefaultsConditionsAndAcceptedNames() {
        establish(definition("Widget", "size: {type: integer}"));
        ObjectNode definition = read(DEFINITIONS + "/widgets.example.com");
        assertEquals("widget", Json.text(definition, "spec", "names", "singular"));
        assertEquals("WidgetList", Json.text(definition, "spec", "names", "listKind"));
        assertEquals("None", Json.text(definition, "spec", "conversion", "strategy"));
        assertEquals("True", condition("widgets.example.com", "NamesAccepted"));
        assertEquals("widgets", Json.text(definition, "status", "acceptedNames", "plural"));
        assertEquals(Trees.node("[v1]"), definition.path("status").path("storedVersions"));
        assertEquals(1, definition.path("metadata").path("generation").asInt());
    }

    @Test
    void objectsAreServedListedWatchedChangedAndDeleted() {
        String path = establish(definition("Gadget", "size: {type: integer}"));
        try (var watching = admin().watch(path + "?watch=true")) {
            var created = admin().post(path, object("Gadget", "one", "{size: 3}"));
            assertEquals(201, created.code(), created.body());
            assertEquals(1, created.json().path("metadata").path("generation").asInt());
            assertEquals("ADDED", watching.next().path("type").asText());
        }
        assertEquals("GadgetList", admin().get(path).text("kind"));
        assertEquals(1, admin().get("/apis/example.com/v1/gadgets").json().path("items").size());
        var patched = admin().patch(path + "/one", "merge-patch", "{\"spec\":{\"size\":4}}");
        assertEquals(2, patched.json().path("metadata").path("generation").asInt(), patched.body());
        assertEquals(200, admin().patch(path + "/one", "json-patch", "[{\"op\":\"replace\",\"path\":\"/spec/size\",\"value\":5}]").code());
        assertEquals(415, admin().patch(path + "/one", "strategic-merge-patch", "{\"spec\":{\"size\":4}}").code());
        assertEquals("Success", admin().delete(path + "/one").text("status"));
        assertEquals(404, admin().get(path + "/one").code());
    }

    @Test
    void discoveryAndOpenApiHaveTheKind() {
        establish(definition("Gizmo", "size: {type: integer, description: How big it is.}"));
        assertTrue(admin().get("/apis").body().contains("\"example.com\""));
        assertTrue(admin().get("/apis/example.com/v1").body().contains("\"gizmos\""));
        var v3 = admin().get("/openapi/v3/apis/example.com/v1").json().path("components").path("schemas").path("com.example.v1.Gizmo");
        assertEquals("How big it is.", v3.path("properties").path("spec").path("properties").path("size").path("description").asText());
        assertEquals(Trees.node("[{group: example.com, kind: Gizmo, version: v1}]"), v3.path("x-kubernetes-group-version-kind"));
        var v2 = admin().get("/openapi/v2").json().path("definitions").path("com.example.v1.Gizmo");
        assertEquals("object", v2.path("type").asText());
    }

    @Test
    void versionTwoOfOpenApiLeavesOpenWhatUpstreamLeavesOpen() {
        String schema = """
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %ss.example.com},
                 spec: {group: example.com, scope: Cluster, names: {plural: %ss, kind: %s}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: %s}}]}}""";
        establish(yaml(schema.formatted("openroot", "openroot", "Openroot", "{type: object, description: d, x-kubernetes-preserve-unknown-fields: true, properties: {spec: {type: object}}}")));
        establish(yaml(schema.formatted("openpart", "openpart", "Openpart", "{type: object, properties: {spec: {type: object, description: d, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}}}")));
        var definitions = admin().get("/openapi/v2").json().path("definitions");
        assertEquals(Trees.node("{type: object, x-kubernetes-group-version-kind: [{group: example.com, kind: Openroot, version: v1}]}"), definitions.path("com.example.v1.Openroot"));
        assertEquals(Trees.node("{description: d, x-kubernetes-preserve-unknown-fields: true}"), definitions.at("/com.example.v1.Openpart/properties/spec"));
        var pod = definitions.at("/io.k8s.api.core.v1.Pod/properties");
        var part = definitions.at("/com.example.v1.Openpart/properties");
        for (String field : new String[] {"apiVersion", "kind", "metadata"}) {
            assertEquals(pod.path(field).path("description"), part.path(field).path("description"));
        }
    }

    @Test
    void deletedDefinitionTakesItsObjectsWithIt() {
        String path = establish(definition("Mayfly", "size: {type: integer}"));
        admin().post(path, object("Mayfly", "one", "{size: 1}"));
        admin().post(path, yaml("{apiVersion: example.com/v1, kind: Mayfly, metadata: {name: two, finalizers: [example.com/hold]}, spec: {}}"));
        admin().delete(DEFINITIONS + "/mayflys.example.com");
        TestServer.await("the free object is gone", () -> admin().get(path + "/one").code() == 404);
        assertEquals("True", condition("mayflys.example.com", "Terminating"));
        assertEquals(405, admin().post(path, object("Mayfly", "three", "{}")).code());
        admin().patch(path + "/two", "merge-patch", "{\"metadata\":{\"finalizers\":null}}");
        TestServer.await("the definition is gone", () -> admin().get(DEFINITIONS + "/mayflys.example.com").code() == 404);
        TestServer.await("the resource is gone", () -> admin().get("/apis/example.com/v1/mayflys").code() == 404);
        String again = establish(definition("Mayfly", "size: {type: integer}"));
        assertEquals(0, admin().get(again).json().path("items").size());
    }

    @Test
    void groupsOfTheProjectNeedItsApprovalOrToSayThatTheyHaveNone() {
        String definition = """
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: owns.x.k8s.io, annotations: {%s}},
                 spec: {group: x.k8s.io, scope: Cluster, names: {plural: owns, kind: Own}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}""";
        String at = "metadata.annotations[api-approved.kubernetes.io]";
        String needed = "protected groups must have approval annotation \"api-approved.kubernetes.io\"";
        String see = ", see https://github.com/kubernetes/enhancements/pull/1111";
        assertEquals("CustomResourceDefinition.apiextensions.k8s.io \"owns.x.k8s.io\" is invalid: " + at + ": Required value: " + needed + see,
                admin().post(DEFINITIONS, yaml(definition.formatted(""))).text("message"));
        assertEquals("CustomResourceDefinition.apiextensions.k8s.io \"owns.x.k8s.io\" is invalid: " + at + ": Invalid value: \"yes\": " + needed
                + " with either a URL or a reason starting with \"unapproved\"" + see, admin().post(DEFINITIONS, yaml(definition.formatted("api-approved.kubernetes.io: \"yes\""))).text("message"));
        establish(yaml(definition.formatted("api-approved.kubernetes.io: \"unapproved, a test\"")));
        assertEquals("False", condition("owns.x.k8s.io", "KubernetesAPIApprovalPolicyConformant"));
        admin().patch(DEFINITIONS + "/owns.x.k8s.io", "merge-patch", "{\"metadata\":{\"annotations\":{\"api-approved.kubernetes.io\":\"https://github.com/kubernetes/kubernetes/pull/1\"}}}");
        TestServer.await("it is approved", () -> condition("owns.x.k8s.io", "KubernetesAPIApprovalPolicyConformant").equals("True"));
    }

    /// It is written into etcd, as an earlier server may have done: its conditions are no list.
    @Test
    void definitionWhoseStatusCannotBeWrittenHoldsUpNoOther() throws Exception {
        try (TestServer other = TestServer.start()) {
            String version = "{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\"}}}";
            String object = "{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\",\"metadata\":{\"name\":\"as.%1$s.example.com\",\"uid\":\"u-%1$s\",\"generation\":1},"
                    + "\"spec\":{\"group\":\"%1$s.example.com\",\"scope\":\"Namespaced\",\"names\":{\"plural\":\"as\",\"singular\":\"a\",\"kind\":\"A\",\"listKind\":\"AList\"},\"versions\":[" + version + "]}%2$s}";
            other.store("/apiextensions.k8s.io/customresourcedefinitions/as.bad.example.com", object.formatted("bad", ",\"status\":{\"conditions\":\"none\"}"));
            other.settle();
            String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            assertEquals(201, other.admin().post(definitions, object.formatted("good", "")).code());
            TestServer.await("the good one is established", () -> other.admin().get(definitions + "/as.good.example.com").json().at("/status/conditions/1/status").asText().equals("True"));
        }
    }

    @Test
    void namesThatAnotherDefinitionHasAreNotAccepted() {
        establish(yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: firsts.example.com},
                 spec: {group: example.com, scope: Cluster, names: {plural: firsts, kind: First, shortNames: [fst]},
                        versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}"""));
        admin().post(DEFINITIONS, yaml("""
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: seconds.example.com},
                 spec: {group: example.com, scope: Cluster, names: {plural: seconds, kind: Second, shortNames: [fst]},
                        versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}"""));
        TestServer.await("the second is refused", () -> condition("seconds.example.com", "NamesAccepted").equals("False"));
        assertEquals("False", condition("seconds.example.com", "Established"));
        assertEquals(404, admin().get("/apis/example.com/v1/seconds").code());
        admin().delete(DEFINITIONS + "/firsts.example.com");
        TestServer.await("the second is accepted", () -> condition("seconds.example.com", "Established").equals("True"));
        assertEquals(200, admin().get("/apis/example.com/v1/seconds").code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: array, items: {type: string}}                                   | type: Invalid value: "array": must be object at the root
            {properties: {spec: {type: object}}}                                   | type: Required value: must not be empty at the root
            {type: object, properties: {spec: {properties: {a: {type: string}}}}}  | properties[spec].type: Required value: must not be empty for specified object fields
            {type: object, properties: {a: {type: array}}}                         | properties[a].items: Required value: must be specified
            {type: object, properties: {a: {type: array, items: {}}}}              | properties[a].items.type: Required value: must not be empty for specified array items
            {type: object, properties: {a: {type: array, uniqueItems: true, items: {type: string}}}} | properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic
            {type: object, properties: {a: {type: object, additionalProperties: false}}} | properties[a].additionalProperties: Forbidden: additionalProperties cannot be set to false
            {type: object, properties: {a: {type: string}}, allOf: [{properties: {b: {minLength: 1}}}]} | properties[b]: Required value: because it is defined in spec.versions[0].schema.openAPIV3Schema.allOf[0].properties[b]
            {type: object, properties: {a: {type: string}}, anyOf: [{properties: {a: {type: string}}}]} | anyOf[0].properties[a].type: Forbidden: must be empty to be structural
            {type: object, properties: {a: {type: string, x-kubernetes-int-or-string: true}}} | properties[a].type: Invalid value: "string": must be empty if x-kubernetes-int-or-string is true
            {type: object, properties: {a: {type: integer, default: x}}}           | properties[a].default: Invalid value: "string": properties[a].default in body must be of type integer: "string"
            {type: object, properties: {a: {type: array, x-kubernetes-list-type: map, items: {type: object}}}} | properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map
            {type: object, properties: {a: {type: string, pattern: '['}}}          | properties[a].pattern: Invalid value: "[": must be a valid regular expression, but isn't: error parsing regexp: missing closing ]: `[`
            """)
    void schemaThatIsNotStructuralIsRefused(String schema, String cause) {
        var refused = admin().post(DEFINITIONS, definition("Bad", schema, ""));
        assertEquals(422, refused.code(), refused.body());
        String prefix = "spec.versions[0].schema.openAPIV3Schema.";
        assertTrue(causes(refused).contains(prefix + cause) || causes(refused).contains(prefix + cause.replace("properties[a].default in", prefix + "properties[a].default in")),
                causes(refused).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /metadata/name        | "other.example.com"                     | metadata.name: Invalid value: "other.example.com": must be spec.names.plural+"."+spec.group
            /spec/group           | "example"                               | spec.group: Invalid value: "example": should be a domain with at least one dot
            /spec/scope           | "Galaxy"                                | spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"
            /spec/versions/0/storage | false                                | must have exactly one version marked as storage version
            /spec/preserveUnknownFields | true                              | spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead
            /spec/names/listKind  | "Wrong"                                 | spec.names.listKind: Invalid value: "Wrong": kind and listKind may not be the same
            /spec/versions/0/additionalPrinterColumns | [{"name":"A","type":"date","jsonPath":"x"}] | spec.versions[0].additionalPrinterColumns[0].jsonPath: Invalid value: "x": is an invalid path
            /spec/versions/0/subresources | {"scale":{"specReplicasPath":".status.a","statusReplicasPath":".status.b"}} | spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".status.a": should be a json path under .spec
            /spec/conversion      | {"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"]}} | spec.conversion.webhook.clientConfig: Required value: required when strategy is set to Webhook
            """, quoteCharacter = '~')
    void definitionThatIsWrongIsRefused(String at, String value, String cause) throws Exception {
        ObjectNode definition = (ObjectNode) Trees.node(definition("Wrong", "a: {type: string}"));
        int slash = at.lastIndexOf('/');
        ((ObjectNode) definition.at(at.substring(0, slash))).set(at.substring(slash + 1), Json.MAPPER.readTree(value));
        var refused = admin().post(DEFINITIONS, definition.toString());
        assertEquals(422, refused.code(), refused.body());
        assertTrue(causes(refused).stream().anyMatch(found -> found.contains(cause)), causes(refused).toString());
    }

    @Test
    void establishedScopeAndKindCannotChange() {
        establish(definition("Fixed", "a: {type: string}"));
        ObjectNode definition = read(DEFINITIONS + "/fixeds.example.com");
        ((ObjectNode) definition.get("spec")).put("scope", "Cluster");
        var refused = admin().put(DEFINITIONS + "/fixeds.example.com", definition.toString());
        assertEquals(List.of("spec.scope: Invalid value: \"Cluster\": field is immutable"), causes(refused));
    }
}
