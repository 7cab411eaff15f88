package io.moka.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Policies and what they make of objects, by a table and a few stories.
final class MutatingPoliciesTest extends PolicyTest {
    private static final String POLICIES = "mutatingadmissionpolicies";
    private static final String BINDINGS = "mutatingadmissionpolicybindings";
    private static final String POD = json("{metadata: {name: x, labels: {app: web}}, spec: {containers: [{name: c, image: busybox}]}}");

    static List<Arguments> table() {
        return Trees.table(MutatingPoliciesTest.class, "mutating.yaml");
    }

    private static ObjectNode policy(String name, String namespace, String resource, ObjectNode more) {
        more.set("matchConstraints", Trees.node("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + namespace
                + "}}, resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [" + resource + "]}]}"));
        if (!more.has("reinvocationPolicy")) {
            more.put("reinvocationPolicy", "Never");
        }
        return named(name, more);
    }

    private static ObjectNode applying(String expression) {
        ObjectNode spec = Trees.object("{}");
        spec.putArray("mutations").addObject().put("patchType", "ApplyConfiguration").putObject("applyConfiguration").put("expression", expression);
        return spec;
    }

    private static ObjectNode patching(String expression) {
        ObjectNode spec = Trees.object("{}");
        spec.putArray("mutations").addObject().put("patchType", "JSONPatch").putObject("jsonPatch").put("expression", expression);
        return spec;
    }

    @ParameterizedTest
    @MethodSource("table")
    void policyMakesWhatTheTableSays(JsonNode row) {
        String namespace = row.path("name").asText();
        String path = server().namespace(namespace) + "/pods";
        ObjectNode spec = row.has("apply") ? applying(row.path("apply").asText()) : patching(row.path("patch").asText());
        if (row.path("more").isObject()) {
            spec.setAll((ObjectNode) row.path("more"));
        }
        Answer made = make(POLICIES, policy("m", namespace, "pods", spec));
        if (row.has("compiles")) {
            assertRefused(made, row.path("compiles").asText());
            return;
        }
        assertCreated(made);
        assertCreated(make(BINDINGS, named("b", Trees.node("{policyName: m}"))));
        Answer answer = admin().post(path, POD);
        if (row.has("denied")) {
            assertEquals("policy 'm' with binding 'b' denied request: " + row.path("denied").asText(), answer.text("message"), answer.body());
            assertEquals(403, answer.code());
            assertEquals("Invalid", answer.text("reason"));
            return;
        }
        assertCreated(answer);
        row.path("expected").properties().forEach(expected -> {
            JsonNode found = answer.json().at(expected.getKey());
            assertEquals(expected.getValue().asText(), found.isMissingNode() ? "null" : found.asText(), expected.getKey() + " in " + answer.body());
        });
    }

    @Test
    void mutationsAndPoliciesSeeWhatThoseBeforeThemHaveDone() {
        String path = server().namespace("in-order") + "/configmaps";
        ObjectNode two = applying("Object{data: {'one': '1'}}");
        ((com.fasterxml.jackson.databind.node.ArrayNode) two.path("mutations")).add(applying("Object{data: {'two': object.data.one + '2'}}").path("mutations").get(0));
        make(POLICIES, policy("a", "in-order", "configmaps", two));
        make(POLICIES, policy("b", "in-order", "configmaps", applying("Object{data: {'three': object.data.two + '3'}}")));
        make(BINDINGS, named("b-first", Trees.node("{policyName: b}")));
        make(BINDINGS, named("a-second", Trees.node("{policyName: a}")));
        Answer created = admin().post(path, json("{metadata: {name: x}}"));
        assertEquals(Trees.node("{one: '1', two: '12', three: '123'}"), created.json().path("data"), created.body());
    }

    @Test
    void earlierPolicyRunsAgainOnlyIfItWishes() {
        String path = server().namespace("rounds") + "/configmaps";
        String count = "Object{data: {'%s': string(int(has(object.data) && '%s' in object.data ? object.data.%s : '0') + 1)}}";
        make(POLICIES, policy("a-again", "rounds", "configmaps", applying(count.formatted("a", "a", "a")).put("reinvocationPolicy", "IfNeeded")));
        make(POLICIES, policy("b-once", "rounds", "configmaps", applying(count.formatted("b", "b", "b"))));
        make(BINDINGS, named("a-again", Trees.node("{policyName: a-again}")));
        make(BINDINGS, named("b-once", Trees.node("{policyName: b-once}")));
        Answer created = admin().post(path, json("{metadata: {name: x}}"));
        assertEquals(Trees.node("{a: '2', b: '1'}"), created.json().path("data"), created.body());
    }

    @Test
    void eachObjectOfParametersMutatesOnItsOwn() {
        String path = server().namespace("many-params") + "/configmaps";
        assertCreated(admin().post(path, json("{metadata: {name: p1, labels: {param: 'yes'}}, data: {key: one}}")));
        assertCreated(admin().post(path, json("{metadata: {name: p2, labels: {param: 'yes'}}, data: {key: two}}")));
        ObjectNode spec = applying("Object{data: {params.data.key: params.metadata.name}}");
        spec.set("paramKind", Trees.node("{apiVersion: v1, kind: ConfigMap}"));
        make(POLICIES, policy("many", "many-params", "configmaps", spec));
        make(BINDINGS, named("many", Trees.node("{policyName: many, paramRef: {selector: {matchLabels: {param: 'yes'}}}}")));
        Answer created = admin().post(path, json("{metadata: {name: x}}"));
        assertEquals(Trees.node("{one: p1, two: p2}"), created.json().path("data"), created.body());
    }

    @Test
    void customObjectsAreMutatedByTheirOwnSchema() {
        admin().post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json("{metadata: {name: boxes.example.com}, spec: {group: example.com, scope: Namespaced, names: {plural: boxes, kind: Box}, "
                + "versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}, lid: {type: string, default: shut}}}}}}}]}}"));
        String path = server().namespace("boxes").replace("/api/v1/", "/apis/example.com/v1/") + "/boxes";
        io.moka.apiserver.testing.TestServer.await("boxes are served", () -> admin().get(path).code() == 200);
        ObjectNode spec = applying("Object{spec: Object.spec{size: has(object.spec.size) ? object.spec.size : 7}}");
        ObjectNode policy = policy("boxes", "boxes", "boxes", spec);
        ((ObjectNode) policy.at("/spec/matchConstraints/resourceRules/0")).set("apiGroups", Trees.node("[example.com]"));
        assertCreated(make(POLICIES, policy));
        make(BINDINGS, named("boxes", Trees.node("{policyName: boxes}")));
        Answer created = admin().post(path, json("{apiVersion: example.com/v1, kind: Box, metadata: {name: x}, spec: {}}"));
        assertEquals(Trees.node("{lid: shut, size: 7}"), created.json().path("spec"), created.body());
    }

    @Test
    void whatPoliciesSetBelongsToNobody() {
        String path = server().namespace("unowned") + "/configmaps";
        make(POLICIES, policy("unowned", "unowned", "configmaps", applying("Object{data: {'set': 'x'}}")));
        make(BINDINGS, named("unowned", Trees.node("{policyName: unowned}")));
        Answer created = admin().post(path + "?fieldManager=tester", json("{metadata: {name: x}, data: {own: y}}"));
        String owners = created.json().at("/metadata/managedFields").toString();
        assertTrue(owners.contains("f:own"), owners);
        assertFalse(owners.contains("f:set"), owners);
    }

    @Test
    void policiesAreServedUnderTheirOlderVersionAsWell() {
        make(POLICIES, policy("older", "default", "configmaps", applying("Object{}")));
        Answer read = admin().get("/apis/admissionregistration.k8s.io/v1beta1/" + POLICIES + "/older");
        assertEquals("admissionregistration.k8s.io/v1beta1", read.text("apiVersion"), read.body());
        assertEquals("", read.response().headers().firstValue("Warning").orElse(""));
    }

    @Test
    void writtenPoliciesAreChecked() {
        assertRefused(make(POLICIES, policy("wrong", "x", "pods", Trees.object("{}"))), "spec.mutations: Required value: mutations must contain at least one item");
        assertRefused(make(POLICIES, policy("wrong", "x", "pods", Trees.object("{reinvocationPolicy: Sometimes, mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]}"))),
                "spec.reinvocationPolicy: Unsupported value: \"Sometimes\": supported values: \"IfNeeded\", \"Never\"");
        assertRefused(make(POLICIES, policy("wrong", "x", "pods", Trees.object("{mutations: [{patchType: ApplyConfiguration, jsonPatch: {expression: '[]'}}]}"))),
                "spec.mutations[0].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration");
    }
}
