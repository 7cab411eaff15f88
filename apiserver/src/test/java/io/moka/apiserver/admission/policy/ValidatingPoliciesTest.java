package io.moka.apiserver.admission.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.testing.TestServer;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.Trees;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Policies and what they say of requests, by a table and a few stories.
final class ValidatingPoliciesTest extends PolicyTest {
    private static final String POLICIES = "validatingadmissionpolicies";
    private static final String BINDINGS = "validatingadmissionpolicybindings";

    static List<Arguments> table() {
        return Trees.table(ValidatingPoliciesTest.class, "validating.yaml");
    }

    @ParameterizedTest
    @MethodSource("table")
    void policySaysWhatTheTableSays(JsonNode row) {
        String namespace = row.path("name").asText().replaceAll("(.{60}).*", "$1").replaceAll("-$", "");
        String path = server().namespace(namespace) + "/configmaps";
        Answer policy = make(POLICIES, named("p", spec(row.path("policy"), namespace, row.path("constraints"))));
        if (row.has("compiles")) {
            assertRefused(policy, row.path("compiles").asText());
            return;
        }
        assertCreated(policy);
        row.path("params").forEach(param -> assertCreated(admin().post(path, param.toString())));
        ObjectNode binding = Trees.object("{policyName: p, validationActions: [Deny]}");
        if (row.path("binding").isObject()) {
            binding.setAll((ObjectNode) row.path("binding"));
        }
        assertCreated(make(BINDINGS, named("b", binding)));
        ObjectNode object = row.path("object").deepCopy();
        Json.metadata(object).put("name", "x");
        Answer answer = admin().post(path, object.toString());
        assertEquals(row.path("warns").asText(""), answer.response().headers().firstValue("Warning").orElse("").replaceAll("^299 - \"(.*)\"$", "$1"));
        if (!row.has("denied")) {
            assertCreated(answer);
            return;
        }
        assertEquals("configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: " + row.path("denied").asText(), answer.text("message"), answer.body());
        assertEquals(row.path("code").asInt(422), answer.code());
        assertEquals(row.path("reason").asText("Invalid"), answer.text("reason"));
        assertEquals(404, admin().get(path + "/x").code(), "nothing was written");
    }

    @Test
    void policyWithoutABindingDoesNothing() {
        String path = server().namespace("unbound") + "/configmaps";
        assertCreated(make(POLICIES, named("unbound", spec(Trees.node("{validations: [{expression: 'false'}]}"), "unbound", Trees.node("null")))));
        assertCreated(admin().post(path, json("{metadata: {name: x}}")));
    }

    @Test
    void policyOfUnknownParametersIsMisconfigured() {
        String path = server().namespace("unknown-params") + "/configmaps";
        make(POLICIES, named("unknown", spec(Trees.node("{paramKind: {apiVersion: rules.example.com/v1, kind: Limit}, validations: [{expression: 'true'}]}"), "unknown-params", Trees.node("null"))));
        make(BINDINGS, named("unknown", Trees.node("{policyName: unknown, validationActions: [Deny], paramRef: {name: x}}")));
        Answer refused = admin().post(path, json("{metadata: {name: x}}"));
        assertEquals("configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'unknown' denied request: failed to configure policy: failed to find resource referenced by paramKind: "
                + "'rules.example.com/v1, Kind=Limit'", refused.text("message"), refused.body());
    }

    @Test
    void updatesScalesAndDeletesAreHeldToPoliciesAsWell() {
        String core = server().namespace("all-verbs");
        String apps = core.replace("/api/v1/", "/apis/apps/v1/");
        admin().post(apps + "/deployments", json("{metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: busybox}]}}}}"));
        String rules = "{resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [UPDATE, DELETE], resources: [deployments, deployments/scale]}]}";
        String expression = "request.operation == 'DELETE' ? oldObject.spec.replicas == 0 : object.spec.replicas >= oldObject.spec.replicas";
        make(POLICIES, named("verbs", spec(Trees.node("{validations: [{expression: \"" + expression + "\", message: only up}]}"), "all-verbs", Trees.node(rules))));
        make(BINDINGS, named("verbs", Trees.node("{policyName: verbs, validationActions: [Deny]}")));
        assertTrue(admin().patch(apps + "/deployments/web", "merge-patch", json("{spec: {replicas: 1}}")).text("message").endsWith("only up"));
        Answer scaled = admin().patch(apps + "/deployments/web/scale", "merge-patch", json("{spec: {replicas: 1}}"));
        assertTrue(scaled.text("message").endsWith("only up"), scaled.body());
        assertEquals(200, admin().patch(apps + "/deployments/web/scale", "merge-patch", json("{spec: {replicas: 3}}")).code());
        assertTrue(admin().delete(apps + "/deployments/web").text("message").endsWith("only up"));
        assertEquals(200, admin().get(apps + "/deployments/web").code());
    }

    @Test
    void policyOverEverythingLeavesAccessQuestionsAndItselfAlone() {
        make(POLICIES, named("all", Trees.node("{matchConstraints: {resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]}, validations: [{expression: 'false'}]}")));
        make(BINDINGS, named("all", Trees.node("{policyName: all, validationActions: [Deny]}")));
        assertEquals(422, admin().post("/api/v1/namespaces/default/configmaps", json("{metadata: {name: x}}")).code());
        assertCreated(admin().post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", json("{spec: {nonResourceAttributes: {path: /, verb: get}}}")));
        assertEquals(200, admin().patch(GROUP + POLICIES + "/all", "merge-patch", json("{metadata: {labels: {a: b}}}")).code());
        assertEquals(200, admin().delete(GROUP + BINDINGS + "/all").code());
        fresh();
        assertCreated(admin().post("/api/v1/namespaces/default/configmaps", json("{metadata: {name: x}}")));
    }

    @Test
    void parametersMayBeOfACustomKind() {
        admin().post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json("{metadata: {name: caps.example.com}, spec: {group: example.com, scope: Cluster, names: {plural: caps, kind: Cap}, "
                + "versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {most: {type: integer}}}}}}}]}}"));
        TestServer.await("caps are served", () -> admin().get("/apis/example.com/v1/caps").code() == 200);
        assertCreated(admin().post("/apis/example.com/v1/caps", json("{apiVersion: example.com/v1, kind: Cap, metadata: {name: small}, spec: {most: 1}}")));
        String path = server().namespace("capped") + "/configmaps";
        make(POLICIES, named("capped", spec(Trees.node("{paramKind: {apiVersion: example.com/v1, kind: Cap}, validations: [{expression: 'size(object.data) <= params.spec.most'}]}"), "capped", Trees.node("null"))));
        make(BINDINGS, named("capped", Trees.node("{policyName: capped, validationActions: [Deny], paramRef: {name: small}}")));
        assertCreated(admin().post(path, json("{metadata: {name: one}, data: {a: b}}")));
        assertEquals(422, admin().post(path, json("{metadata: {name: two}, data: {a: b, c: d}}")).code());
        admin().patch("/apis/example.com/v1/caps/small", "merge-patch", json("{spec: {most: 2}}"));
        TestServer.await("the new limit holds", () -> admin().post(path, json("{metadata: {name: two}, data: {a: b, c: d}}")).code() == 201);
    }

    @Test
    void writtenPoliciesAreChecked() {
        ObjectNode empty = named("wrong", Trees.node("{}"));
        assertRefused(make(POLICIES, empty), "spec.matchConstraints: Required value");
        assertRefused(make(POLICIES, named("wrong", spec(Trees.node("{validations: [{expression: 'true', reason: Teapot, message: ' '}]}"), "x", Trees.node("{resourceRules: []}")))),
                "spec.matchConstraints.resourceRules: Required value");
        assertRefused(make(POLICIES, named("wrong", spec(Trees.node("{validations: [{expression: 'true', reason: Teapot}]}"), "x", Trees.node("null")))),
                "spec.validations[0].reason: Unsupported value: \"Teapot\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"");
        assertRefused(make(POLICIES, named("wrong", spec(Trees.node("{variables: [{name: 'a-b', expression: '1'}], validations: [{expression: 'true'}]}"), "x", Trees.node("null")))),
                "spec.variables[0].name: Invalid value: \"a-b\": name is not a valid CEL identifier");
        assertRefused(make(BINDINGS, named("wrong", Trees.node("{policyName: p, validationActions: [Deny, Warn]}"))), "must not contain both Deny and Warn");
        assertRefused(make(BINDINGS, named("wrong", Trees.node("{policyName: p, validationActions: [Deny], paramRef: {name: a, selector: {}}}"))), "name and selector are mutually exclusive");
    }
}
