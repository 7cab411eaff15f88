package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// "AdmissionWebhook", "ValidatingAdmissionPolicy". A label confines each configuration to the namespaces of one test.
final class WebhooksTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final String ROOT = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MAPS = "{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}";

    private final TestWebhook webhook = TestWebhook.start();
    private final String namespace = API.namespace("webhooks");
    private final String maps = namespace + "/configmaps";
    private final String here = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}},".formatted(namespace.substring("/api/v1/namespaces/".length()));

    private void configure(String kind, String name, String... webhooks) {
        API.post(ROOT + kind + "webhookconfigurations", "{metadata: {name: %s, labels: {e2e: webhooks}}, webhooks: [%s]}".formatted(name, String.join(", ", webhooks))).expect(201);
    }

    @AfterEach
    void remove() {
        for (String resource : new String[] {"mutatingwebhookconfigurations", "validatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings"}) {
            API.delete(ROOT + resource + "?labelSelector=e2e%3Dwebhooks").expect(200);
        }
        webhook.close();
    }

    private int create(String data) {
        return API.post(maps, "{metadata: {generateName: m-}, data: %s}".formatted(data)).code();
    }

    private String created(String data) {
        return API.post(maps, "{metadata: {generateName: m-}, data: %s}".formatted(data)).expect(201).at("data").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mutating", "validating"})
    void configurationsAreListedChangedAndDeletedTogether(String kind) {
        webhook.patching("/add", "[{op: add, path: /data/added, value: 'yes'}]");
        String mind = kind.equals("mutating") ? "/add" : "/deny";
        for (int i = 0; i < 10; i++) {
            configure(kind, "list-" + i, webhook.webhook("w.example.com", mind, MAPS, here));
        }
        String configurations = ROOT + kind + "webhookconfigurations";
        assertEquals(10, API.get(configurations + "?labelSelector=e2e%3Dwebhooks").expect(200).names().size());
        Eventually.holds("they work", () -> works(kind));
        for (int i = 1; i < 10; i++) {
            API.delete(configurations + "/list-" + i).expect(200);
        }
        API.update(configurations + "/list-0", object -> ((com.fasterxml.jackson.databind.node.ObjectNode) object.at("/webhooks/0/rules/0")).set("operations", Api.yaml("[UPDATE]")));
        Eventually.holds("creations are none of its business", () -> !works(kind));
        API.jsonPatch(configurations + "/list-0", "[{op: replace, path: /webhooks/0/rules/0/operations, value: [CREATE]}]").expect(200);
        Eventually.holds("they are again", () -> works(kind));
        API.delete(configurations + "?labelSelector=e2e%3Dwebhooks").expect(200);
        Eventually.holds("it works no more", () -> !works(kind));
    }

    private boolean works(String kind) {
        Answer answer = API.post(maps, "{metadata: {generateName: m-}, data: {a: b}}");
        return kind.equals("mutating") ? answer.at("data").has("added") : answer.code() == 400;
    }

    @Test
    void laterWebhookSeesWhatTheEarlierOneAdded() {
        webhook.on("/first", response -> patchIf(response, "start", "stage-1"));
        webhook.on("/second", response -> patchIf(response, "stage-1", "stage-2"));
        configure("mutating", "ordered", webhook.webhook("first.example.com", "/first", MAPS, here), webhook.webhook("second.example.com", "/second", MAPS, here));
        Eventually.holds("both work", () -> created("{start: 'yes'}").equals("{\"start\":\"yes\",\"stage-1\":\"yes\",\"stage-2\":\"yes\"}"));
    }

    private static void patchIf(com.fasterxml.jackson.databind.node.ObjectNode response, String present, String added) {
        response.put("allowed", true);
        if (response.at("/request/object/data").has(present)) {
            String patch = Api.json("[{op: add, path: /data/%s, value: 'yes'}]".formatted(added));
            response.put("patchType", "JSONPatch").put("patch", java.util.Base64.getEncoder().encodeToString(patch.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    @Test
    void whatIsAddedToAPodGetsItsDefaults() {
        webhook.patching("/init", "[{op: add, path: /spec/initContainers, value: [{name: added, image: none}]}]");
        configure("mutating", "init", webhook.webhook("init.example.com", "/init", MAPS.replace("configmaps", "pods"), here));
        Eventually.holds("it works", () -> API.post(namespace + "/pods", "{metadata: {generateName: p-}, spec: {containers: [{name: c, image: none}]}}").expect(201)
                .at("spec", "initContainers").path(0).path("terminationMessagePolicy").asText().equals("File"));
    }

    @Test
    void conditionsExcludeANameAndAreChecked() {
        webhook.patching("/add", "[{op: add, path: /data/added, value: 'yes'}]");
        configure("mutating", "skip", webhook.webhook("skip.example.com", "/add", MAPS, here + " matchConditions: [{name: skip, expression: \"!has(object.metadata.name) || object.metadata.name != 'skip-me'\"}],"));
        assertEquals("!has(object.metadata.name) || object.metadata.name != 'skip-me'", API.get(ROOT + "mutatingwebhookconfigurations/skip").at("webhooks").path(0).path("matchConditions").path(0).path("expression").asText());
        Eventually.holds("it works", () -> created("{a: b}").contains("added"));
        assertFalse(API.post(maps, "{metadata: {name: skip-me}, data: {a: b}}").expect(201).at("data").has("added"));
        for (String kind : new String[] {"mutating", "validating"}) {
            Answer refused = API.post(ROOT + kind + "webhookconfigurations", "{metadata: {name: bad, labels: {e2e: webhooks}}, webhooks: [%s]}"
                    .formatted(webhook.webhook("bad.example.com", "/add", MAPS, "matchConditions: [{name: bad, expression: '...  && (ends in'}],"))).expect(422);
            assertTrue(refused.body().contains("compilation failed"), refused.body());
        }
    }

    @Test
    void attachingIsDenied() {
        API.post(namespace + "/pods", "{metadata: {name: p}, spec: {containers: [{name: c, image: none}]}}").expect(201);
        configure("validating", "attach", webhook.webhook("attach.example.com", "/deny", "{apiGroups: [''], apiVersions: [v1], operations: [CONNECT], resources: [pods/attach]}", here));
        Eventually.holds("it is denied", () -> API.post(namespace + "/pods/p/attach?container=c&stdout=true", "{}").body().contains("the webhook denies this"));
    }

    @Test
    void configurationsThemselvesAreOutOfReach() {
        String everything = "{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE, UPDATE, DELETE], resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations, configmaps]}";
        configure("validating", "all", webhook.webhook("all.example.com", "/deny", everything, ""));
        Eventually.holds("it works", () -> create("{a: b}") == 400);
        configure("validating", "another", webhook.webhook("another.example.com", "/deny", MAPS, here));
        API.delete(ROOT + "validatingwebhookconfigurations/another").expect(200);
    }

    @Test
    void whoCannotBeAskedRefuses() {
        String unreachable = "{name: closed.example.com, sideEffects: None, admissionReviewVersions: [v1], failurePolicy: Fail, timeoutSeconds: 5, %s clientConfig: {url: 'https://127.0.0.1:1/'}, rules: [%s]}".formatted(here, MAPS);
        configure("validating", "closed", unreachable);
        Eventually.holds("nothing is created", () -> create("{a: b}") == 500);
        Answer failed = API.post(maps, "{metadata: {name: m}}").expect(500);
        assertTrue(failed.text("message").contains("failed calling webhook \"closed.example.com\""), failed.body());
    }

    @ParameterizedTest
    @CsvSource({"1,Fail,500", "1,Ignore,201", "10,Fail,201"})
    void slowWebhookIsWaitedForAsLongAsItSays(int seconds, String policy, int code) {
        var release = new CountDownLatch(1);
        webhook.on("/slow", response -> {
            response.put("allowed", true);
            try {
                release.await(1500, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        webhook.on("/count", response -> response.put("allowed", false));
        configure("validating", "slow", webhook.webhook("slow.example.com", "/slow", MAPS.replace("configmaps", "secrets"), here + "failurePolicy: %s, timeoutSeconds: %d,".formatted(policy, seconds)),
                webhook.webhook("there.example.com", "/count", MAPS, here));
        Eventually.holds("the configuration is seen", () -> create("{a: b}") == 400);
        API.post(namespace + "/secrets", "{metadata: {name: s}}").expect(code);
    }

    @Test
    void definitionsAreDeniedAndObjectsOfThemMutatedAndPruned() {
        Definitions definition = Definitions.create("mutateds.hooks.example.com", "Namespaced", "{type: object, properties: {data: {type: object, properties: {start: {type: string}, stage-1: {type: string}}}}}");
        String collection = definition.collection(namespace.substring("/api/v1/namespaces/".length()));
        webhook.patching("/add", "[{op: add, path: /data/stage-1, value: 'yes'}, {op: add, path: /data/stage-2, value: 'yes'}]");
        configure("mutating", "custom", webhook.webhook("custom.example.com", "/add", "{apiGroups: [hooks.example.com], apiVersions: [v1], operations: [CREATE], resources: [mutateds]}", here));
        Eventually.holds("it is mutated and pruned", () -> API.post(collection, "{apiVersion: hooks.example.com/v1, kind: Mutated, metadata: {generateName: m-}, data: {start: 'yes'}}").expect(201)
                .at("data").toString().equals("{\"start\":\"yes\",\"stage-1\":\"yes\"}"));
        configure("validating", "definitions", webhook.webhook("crd.example.com", "/deny", "{apiGroups: [apiextensions.k8s.io], apiVersions: ['*'], operations: [CREATE], resources: [customresourcedefinitions]}",
                "objectSelector: {matchLabels: {e2e: denied}},"));
        Eventually.holds("definitions are denied", () -> API.post(Definitions.PATH, """
                {metadata: {name: denieds.hooks.example.com, labels: {e2e: denied}}, spec: {group: hooks.example.com, scope: Cluster, names: {plural: denieds, kind: Denied},
                versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}""").code() == 400);
        definition.delete();
    }

    @Test
    void policyJudgesDeploymentsWithItsVariables() {
        API.post(ROOT + "validatingadmissionpolicies", """
                {metadata: {name: e2e.policy.example.com, labels: {e2e: webhooks}}, spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]},
                variables: [{name: replicas, expression: object.spec.replicas}, {name: oddReplicas, expression: variables.replicas % 2 == 1}],
                validations: [{expression: variables.replicas > 1, messageExpression: "'wants ' + string(variables.replicas)"}, {expression: variables.oddReplicas}]}}""").expect(201);
        API.post(ROOT + "validatingadmissionpolicybindings", "{metadata: {name: e2e.binding.example.com, labels: {e2e: webhooks}}, spec: {policyName: e2e.policy.example.com, validationActions: [Deny], matchResources: {%s}}}"
                .formatted(here.substring(0, here.length() - 1))).expect(201);
        String deployments = namespace.replace("/api/v1/", "/apis/apps/v1/") + "/deployments";
        String deployment = "{metadata: {generateName: d-}, spec: {replicas: %d, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: none}]}}}}";
        Eventually.holds("one is too few", () -> API.post(deployments, deployment.formatted(1)).code() == 422);
        assertTrue(API.post(deployments, deployment.formatted(1)).text("message").contains("ValidatingAdmissionPolicy 'e2e.policy.example.com' with binding 'e2e.binding.example.com' denied request: wants 1"));
        API.post(deployments, deployment.formatted(2)).expect(422);
        API.post(deployments, deployment.formatted(3)).expect(201);
        Eventually.holds("its status is told", () -> API.get(ROOT + "validatingadmissionpolicies/e2e.policy.example.com/status").at("status").has("typeChecking"));
    }
}
