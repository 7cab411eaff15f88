package io.moka.apiserver.admission.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer.Answer;
import io.moka.apiserver.testing.TestWebhook;
import io.moka.apiserver.testing.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Which webhooks are called for a request, the review that they receive, and the effect of their response.
final class WebhookAdmissionTest extends WebhookTest {
    private static final String POD = json("{metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: busybox}]}}");

    @Test
    void patchIsDefaultedBeforeItIsStored() {
        String path = server().namespace("patched") + "/pods";
        try (TestWebhook hook = hook(reviews(), response -> patch(response,
                "[{op: add, path: /spec/containers/-, value: {name: sidecar, image: proxy, unheardOf: 1, ports: [{containerPort: 80}]}}, {op: add, path: /metadata/labels/injected, value: 'yes'}]"))) {
            mutating("patched", "patched", rule("CREATE", "", "v1", "pods"), at(hook), "");
            Answer created = admin().post(path + "?fieldManager=tester", POD);
            assertEquals(201, created.code(), created.body());
            JsonNode sidecar = created.json().at("/spec/containers/1");
            assertEquals("TCP", sidecar.at("/ports/0/protocol").asText(), "defaults are set");
            assertTrue(sidecar.path("unheardOf").isMissingNode(), "unknown fields are removed");
            assertEquals("yes", created.text("metadata", "labels", "injected"));
            String owners = created.json().at("/metadata/managedFields").toString();
            assertTrue(owners.contains("f:app") && !owners.contains("f:injected"), "nobody owns what admission sets: " + owners);
        }
    }

    @Test
    void reviewTellsAllOfTheRequest() {
        String path = server().namespace("told") + "/configmaps";
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> { })) {
            validating("told", "told", CONFIG_MAPS, at(hook), "");
            admin().post(path + "?fieldManager=me&fieldValidation=Strict", configMap("one"));
            admin().put(path + "/one?dryRun=All", json("{metadata: {name: one}, data: {a: c}}"));
            admin().patch(path + "/one?fieldManager=me", "merge-patch", json("{data: {a: d}}"));
            // A deletion that starts from the cache's object would be reviewed twice while that object is outdated.
            admin().get(path + "/one");
            admin().delete(path + "/one", json("{kind: DeleteOptions, apiVersion: v1, gracePeriodSeconds: 0, propagationPolicy: Background}"));
        }
        assertEquals(List.of("CREATE", "UPDATE", "UPDATE", "DELETE"), seen.stream().map(review -> review.at("/request/operation").asText()).toList());
        JsonNode create = seen.getFirst().path("request");
        assertEquals(Trees.node("{group: '', version: v1, kind: ConfigMap}"), create.path("kind"));
        assertEquals(Trees.node("{group: '', version: v1, resource: configmaps}"), create.path("resource"));
        assertEquals(create.path("kind"), create.path("requestKind"));
        assertEquals(create.path("resource"), create.path("requestResource"));
        assertEquals("told", create.path("namespace").asText());
        assertEquals("one", create.path("name").asText());
        assertEquals("admin", create.at("/userInfo/username").asText());
        assertEquals(Trees.node("[system:masters, system:authenticated]"), create.at("/userInfo/groups"));
        assertEquals(Trees.node("{kind: CreateOptions, apiVersion: meta.k8s.io/v1, fieldManager: me, fieldValidation: Strict}"), create.path("options"));
        assertEquals(Trees.node("false"), create.path("dryRun"));
        assertEquals("ConfigMap", create.at("/object/kind").asText());
        assertTrue(create.path("oldObject").isNull());
        JsonNode update = seen.get(1).path("request");
        assertTrue(update.path("dryRun").booleanValue());
        assertEquals("b", update.at("/oldObject/data/a").asText());
        assertEquals("c", update.at("/object/data/a").asText());
        assertEquals(Trees.node("{kind: UpdateOptions, apiVersion: meta.k8s.io/v1, fieldManager: me}"), seen.get(2).at("/request/options"));
        JsonNode delete = seen.get(3).path("request");
        assertTrue(delete.path("object").isNull());
        assertEquals("d", delete.at("/oldObject/data/a").asText());
        assertEquals(Trees.node("{kind: DeleteOptions, apiVersion: meta.k8s.io/v1, gracePeriodSeconds: 0, propagationPolicy: Background}"), delete.path("options"));
    }

    @Test
    void nameIsGeneratedBetweenThoseWhoChangeAndThoseWhoJudge() {
        String path = server().namespace("generated") + "/configmaps";
        List<ObjectNode> changing = reviews();
        List<ObjectNode> judging = reviews();
        try (TestWebhook mutating = hook(changing, response -> { }); TestWebhook validating = hook(judging, response -> { })) {
            mutating("generated", "generated", CONFIG_MAPS, at(mutating), "");
            validating("generated", "generated", CONFIG_MAPS, at(validating), "");
            String name = admin().post(path, json("{metadata: {generateName: web-}}")).text("metadata", "name");
            assertTrue(name.matches("web-[a-z0-9]{5}"), name);
            assertTrue(changing.getFirst().at("/request/name").isMissingNode());
            assertTrue(changing.getFirst().at("/request/object/metadata/name").isMissingNode());
            assertEquals(name, judging.getFirst().at("/request/name").asText());
            assertEquals(name, judging.getFirst().at("/request/object/metadata/name").asText());
        }
    }

    @Test
    void webhookMayChooseTheNameOfWhatIsCreated() {
        String path = server().namespace("renamed") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> patch(response, "[{op: add, path: /metadata/name, value: chosen}]"))) {
            mutating("renamed", "renamed", CONFIG_MAPS, at(hook), "");
            assertEquals("chosen", admin().post(path, json("{metadata: {generateName: web-}}")).text("metadata", "name"));
            assertEquals("chosen", admin().get(path + "/chosen").text("metadata", "name"));
        }
    }

    @Test
    void olderReviewVersionIsSpokenToThoseWhoAskForIt() {
        String path = server().namespace("older") + "/configmaps";
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> response.remove("uid"))) {
            String configuration = json("{metadata: {name: older}, webhooks: [{name: older.example.com, sideEffects: None, admissionReviewVersions: [v2, v1beta1, v1], rules: ["
                    + CONFIG_MAPS + "], clientConfig: " + at(hook) + ", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: older}}}]}");
            assertEquals(201, admin().post(GROUP + "validatingwebhookconfigurations", configuration).code());
            fresh();
            assertEquals(201, admin().post(path, configMap("one")).code(), "older answers need no uid");
            admin().delete(GROUP + "validatingwebhookconfigurations/older");
            fresh();
        }
        assertEquals("admission.k8s.io/v1beta1", seen.getFirst().path("apiVersion").asText());
    }

    @Test
    void subresourcesAreShownAsWhatTheyAre() {
        String core = server().namespace("parts");
        String apps = core.replace("/api/v1/", "/apis/apps/v1/");
        admin().post(core + "/pods", POD);
        admin().post(apps + "/deployments", json("{metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: busybox}]}}}}"));
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> { })) {
            validating("parts", "parts", rule("'*'", "*", "*", "'pods/*', 'deployments/*', 'serviceaccounts/*'"), at(hook), "");
            admin().patch(apps + "/deployments/web/scale", "merge-patch", json("{spec: {replicas: 3}}"));
            admin().patch(core + "/pods/web/status", "merge-patch", json("{status: {reason: x}}"));
            admin().post(core + "/pods/web/binding", json("{metadata: {name: web}, target: {kind: Node, name: n}}"));
            admin().post(core + "/serviceaccounts/default/token", json("{spec: {audiences: [x]}}"));
            admin().post(core + "/pods/web/exec?command=ls&command=-l&container=c&stdout=true", "");
            admin().get(core + "/pods/web/portforward?ports=80,81");
            admin().get(core + "/pods/web:80/proxy/a/b");
            admin().post(core + "/pods/web/eviction", json("{metadata: {name: web}}"));
        }
        List<String> told = new ArrayList<>();
        seen.forEach(review -> {
            JsonNode request = review.path("request");
            told.add(request.path("operation").asText() + " " + request.at("/resource/resource").asText() + "/" + request.path("subResource").asText() + " " + request.at("/kind/kind").asText());
        });
        assertEquals(List.of("UPDATE deployments/scale Scale", "UPDATE pods/status Pod", "CREATE pods/binding Binding", "CREATE serviceaccounts/token TokenRequest",
                "CONNECT pods/exec PodExecOptions", "CONNECT pods/portforward PodPortForwardOptions", "CONNECT pods/proxy PodProxyOptions", "CREATE pods/eviction Eviction"), told);
        assertEquals(3, seen.getFirst().at("/request/object/spec/replicas").asInt());
        assertEquals(1, seen.getFirst().at("/request/oldObject/spec/replicas").asInt());
        assertEquals(Trees.node("{kind: PodExecOptions, apiVersion: v1, container: c, stdout: true, command: [ls, -l]}"), seen.get(4).at("/request/object"));
        assertTrue(seen.get(4).at("/request/options").isNull());
        assertEquals(Trees.node("[80, 81]"), seen.get(5).at("/request/object/ports"));
        assertEquals("a/b", seen.get(6).at("/request/object/path").asText());
    }

    @Test
    void scaleIsWhatTheWebhookMakesOfIt() {
        String apps = server().namespace("scaled").replace("/api/v1/", "/apis/apps/v1/");
        admin().post(apps + "/deployments", json("{metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: busybox}]}}}}"));
        try (TestWebhook hook = hook(reviews(), response -> patch(response, "[{op: replace, path: /spec/replicas, value: 2}]"))) {
            mutating("scaled", "scaled", rule("UPDATE", "apps", "v1", "deployments/scale"), at(hook), "");
            Answer scaled = admin().patch(apps + "/deployments/web/scale", "merge-patch", json("{spec: {replicas: 9}}"));
            assertEquals(2, scaled.json().at("/spec/replicas").asInt(), scaled.body());
            assertEquals(2, admin().get(apps + "/deployments/web").json().at("/spec/replicas").asInt());
        }
    }

    @Test
    void collectionsAreDeletedObjectByObject() {
        String path = server().namespace("swept") + "/configmaps";
        admin().post(path, configMap("one"));
        admin().post(path, configMap("two"));
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> { })) {
            validating("swept", "swept", CONFIG_MAPS, at(hook), "");
            admin().delete(path);
        }
        assertEquals(List.of("one", "two"), seen.stream().map(review -> review.at("/request/oldObject/metadata/name").asText()).toList());
    }

    @Test
    void webhookThatAsksForAnotherVersionIsShownThatVersion() {
        String older = server().namespace("versions").replace("/api/v1/", "/apis/autoscaling/v1/") + "/horizontalpodautoscalers";
        String newer = older.replace("/v1/", "/v2/");
        List<ObjectNode> seen = reviews();
        String autoscaler = "{metadata: {name: %s}, spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: x, apiVersion: apps/v1}, metrics: "
                + "[{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}}";
        try (TestWebhook hook = hook(seen, response -> patch(response, "[{op: replace, path: /spec/targetCPUUtilizationPercentage, value: 60}]"))) {
            mutating("versions", "versions", rule("CREATE", "autoscaling", "v1", "horizontalpodautoscalers"), at(hook), "");
            Answer created = admin().post(newer, json(autoscaler.formatted("one")));
            assertEquals(201, created.code(), created.body());
            assertEquals(60, created.json().at("/spec/metrics/0/resource/target/averageUtilization").asInt(), created.body());
            JsonNode request = seen.getFirst().path("request");
            assertEquals("v1", request.at("/kind/version").asText());
            assertEquals("v2", request.at("/requestKind/version").asText());
            assertEquals("autoscaling/v1", request.at("/object/apiVersion").asText());
            assertEquals(50, request.at("/object/spec/targetCPUUtilizationPercentage").asInt());
            forgetWebhooks();
            mutating("exact", "versions", rule("CREATE", "autoscaling", "v1", "horizontalpodautoscalers"), at(hook), "matchPolicy: Exact");
            assertEquals(50, admin().post(newer, json(autoscaler.formatted("two"))).json().at("/spec/metrics/0/resource/target/averageUtilization").asInt());
        }
    }

    @Test
    void earlierWebhookIsAskedAgainWhenALaterOneHasChangedTheObject() {
        String path = server().namespace("again") + "/configmaps";
        List<ObjectNode> first = reviews();
        List<ObjectNode> second = reviews();
        try (TestWebhook a = hook(first, response -> { }); TestWebhook b = hook(second, response -> patch(response, "[{op: add, path: /data/late, value: x}]"))) {
            mutating("a-again", "again", CONFIG_MAPS, at(a), "reinvocationPolicy: IfNeeded");
            mutating("b-again", "again", CONFIG_MAPS, at(b), "");
            assertEquals(201, admin().post(path, configMap("one")).code());
        }
        assertEquals(2, first.size());
        assertTrue(first.get(0).at("/request/object/data/late").isMissingNode());
        assertEquals("x", first.get(1).at("/request/object/data/late").asText());
        assertEquals(1, second.size());
    }

    @Test
    void webhooksThatUndoEachOthersChangesAreAskedNoMoreThanTwice() {
        String path = server().namespace("quarrel") + "/configmaps";
        AtomicInteger count = new AtomicInteger();
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> patch(response, "[{op: add, path: /data/count, value: '" + count.incrementAndGet() + "'}]"))) {
            mutating("a-quarrel", "quarrel", CONFIG_MAPS, at(hook), "reinvocationPolicy: IfNeeded");
            mutating("b-quarrel", "quarrel", CONFIG_MAPS, at(hook), "reinvocationPolicy: IfNeeded");
            Answer created = admin().post(path, configMap("one"));
            assertEquals(201, created.code(), created.body());
            assertEquals(Integer.toString(count.get()), created.text("data", "count"));
        }
        assertEquals(4, seen.size(), "each twice");
    }

    @Test
    void selectorsAndConditionsDecideWhoIsAsked() {
        String path = server().namespace("selected") + "/configmaps";
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> { })) {
            validating("selected", "selected", CONFIG_MAPS, at(hook), "objectSelector: {matchLabels: {watched: 'yes'}}, matchConditions: ["
                    + "{name: no-leases, expression: \"request.resource.resource != 'leases'\"}, {name: named, expression: \"request.operation == 'DELETE' || object.metadata.name.startsWith('w')\"},"
                    + "{name: allowed, expression: \"authorizer.group('').resource('configmaps').namespace(request.namespace).check('create').allowed()\"}]");
            admin().post(path, json("{metadata: {name: plain}}"));
            admin().post(path, json("{metadata: {name: other, labels: {watched: 'yes'}}}"));
            admin().post(path, json("{metadata: {name: wanted, labels: {watched: 'yes'}}}"));
            admin().put(path + "/wanted", json("{metadata: {name: wanted}}"));
        }
        assertEquals(List.of("CREATE wanted", "UPDATE wanted"), seen.stream().map(review -> review.at("/request/operation").asText() + " " + review.at("/request/name").asText()).toList(),
                "the old object's labels count as well");
    }

    @Test
    void conditionThatCannotBeEvaluatedRefusesTheRequest() {
        String path = server().namespace("unclear") + "/configmaps";
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> { })) {
            validating("unclear", "unclear", CONFIG_MAPS, at(hook), "matchConditions: [{name: broken, expression: \"object.data.missing == 'x'\"}]");
            Answer refused = admin().post(path, configMap("one"));
            assertEquals(403, refused.code());
            assertEquals("configmaps \"one\" is forbidden: expression 'object.data.missing == 'x'' resulted in error: no such key: missing", refused.text("message"));
            forgetWebhooks();
            validating("unclear", "unclear", CONFIG_MAPS, at(hook), "failurePolicy: Ignore, matchConditions: [{name: broken, expression: \"object.data.missing == 'x'\"}]");
            assertEquals(201, admin().post(path, configMap("one")).code());
        }
        assertTrue(seen.isEmpty());
    }

    @Test
    void validatingWebhooksAreAskedAtOnce() {
        String path = server().namespace("parallel") + "/configmaps";
        CyclicBarrier both = new CyclicBarrier(2);
        try (TestWebhook hook = hook(reviews(), response -> {
            try {
                both.await(10, TimeUnit.SECONDS);
            } catch (Exception alone) {
                response.put("allowed", false);
            }
        })) {
            validating("a-parallel", "parallel", CONFIG_MAPS, at(hook), "");
            validating("b-parallel", "parallel", CONFIG_MAPS, at(hook), "");
            Answer created = admin().post(path, configMap("one"));
            assertEquals(201, created.code(), created.body());
        }
    }

    @Test
    void webhookSeesWhatTheOneBeforeItHasChangedAndStatusStaysOutOfReach() {
        String path = server().namespace("ordered") + "/pods";
        List<ObjectNode> second = reviews();
        try (TestWebhook a = hook(reviews(), response -> patch(response, "[{op: add, path: /metadata/labels/first, value: x}, {op: add, path: /status, value: {phase: Failed}}]"));
                TestWebhook b = hook(second, response -> { })) {
            mutating("z-ordered", "ordered", rule("'*'", "", "v1", "pods"), at(b), "");
            mutating("a-ordered", "ordered", rule("'*'", "", "v1", "pods"), at(a), "");
            Answer created = admin().post(path, POD);
            assertEquals("Pending", created.text("status", "phase"), created.body());
            Answer updated = admin().patch(path + "/web", "merge-patch", json("{metadata: {labels: {more: x}}}"));
            assertEquals("Pending", updated.text("status", "phase"), updated.body());
        }
        assertEquals("x", second.getFirst().at("/request/object/metadata/labels/first").asText());
    }

    @Test
    void namespacesAreJudgedByTheLabelsTheyAreToHave() {
        List<ObjectNode> seen = reviews();
        try (TestWebhook hook = hook(seen, response -> { })) {
            String configuration = json("{metadata: {name: spaces}, webhooks: [{name: spaces.example.com, sideEffects: None, admissionReviewVersions: [v1], rules: ["
                    + "{operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: [namespaces], scope: Cluster}], clientConfig: " + at(hook)
                    + ", namespaceSelector: {matchLabels: {watched: 'yes'}}}]}");
            assertEquals(201, admin().post(GROUP + "validatingwebhookconfigurations", configuration).code());
            fresh();
            admin().post("/api/v1/namespaces", json("{metadata: {name: unwatched}}"));
            admin().post("/api/v1/namespaces", json("{metadata: {name: watched, labels: {watched: 'yes'}}}"));
            admin().delete("/api/v1/namespaces/watched");
            admin().delete(GROUP + "validatingwebhookconfigurations/spaces");
            fresh();
        }
        assertEquals(List.of("CREATE watched", "DELETE watched"), seen.stream().map(review -> review.at("/request/operation").asText() + " " + review.at("/request/namespace").asText()).toList());
    }

    @Test
    void reviewsAreCountedUnderUpstreamsNames() {
        String path = server().namespace("counted") + "/configmaps";
        try (TestWebhook hook = hook(reviews(), response -> response.put("allowed", false))) {
            validating("counted", "counted", CONFIG_MAPS, at(hook), "");
            admin().post(path, configMap("one"));
        }
        String metrics = admin().get("/metrics").body();
        for (String name : new String[] {"apiserver_admission_webhook_rejection_count", "apiserver_admission_webhook_request_total", "apiserver_admission_webhook_admission_duration_seconds_count"}) {
            assertTrue(metrics.lines().anyMatch(line -> line.startsWith(name + "{") && line.contains("name=\"counted.example.com\"")), name);
        }
        assertFalse(metrics.contains("name=\"absent.example.com\""));
    }
}
