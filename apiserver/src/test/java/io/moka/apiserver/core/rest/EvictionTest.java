package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Evictions under pod disruption budgets, whose status the tests write as the disruption controller would.
final class EvictionTest extends ServerTest {
    private static final String RUNNING = "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\"}]}}";

    /// A namespace with running pods `p-0`, `p-1`, ... on a node.
    private static String pods(String name, int count, String ready) {
        String namespace = server.namespace(name);
        for (int i = 0; i < count; i++) {
            String pod = "p-" + i;
            admin().post(namespace + "/pods", POD.formatted(pod));
            admin().post(namespace + "/pods/" + pod + "/binding", "{\"metadata\":{\"name\":\"" + pod + "\"},\"target\":{\"kind\":\"Node\",\"name\":\"n\"}}");
            assertEquals(200, admin().patch(namespace + "/pods/" + pod + "/status", "merge-patch", RUNNING.formatted(ready)).code());
        }
        return namespace;
    }

    private static String budget(String name, String spec, String status) {
        String budgets = "/apis/policy/v1/namespaces/" + name + "/poddisruptionbudgets";
        assertEquals(201, admin().post(budgets, "{\"metadata\":{\"name\":\"b\"},\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\"}}," + spec + "}}").code());
        assertEquals(200, admin().patch(budgets + "/b/status", "merge-patch", "{\"status\":" + status + "}").code());
        return budgets + "/b";
    }

    private static TestServer.Answer evict(String namespace, String pod) {
        return admin().post(namespace + "/pods/" + pod + "/eviction", "{\"metadata\":{\"name\":\"" + pod + "\"}}");
    }

    private static String cause(TestServer.Answer refused) {
        return refused.json().at("/details/causes/0/message").asText();
    }

    @Test
    void aSpentBudgetRefuses() {
        String namespace = pods("spent", 1, "True");
        budget("spent", "\"minAvailable\":1", "{\"observedGeneration\":1,\"disruptionsAllowed\":0,\"desiredHealthy\":1,\"currentHealthy\":1,\"expectedPods\":1}");
        var refused = evict(namespace, "p-0");
        assertEquals(429, refused.code());
        assertEquals("Cannot evict pod as it would violate the pod's disruption budget.", refused.text("message"));
        assertEquals("The disruption budget b needs 1 healthy pods and has 1 currently", cause(refused));
    }

    @Test
    void aBudgetThatTheControllerHasNotSeenRefusesAndSaysWhenToAskAgain() {
        String namespace = pods("unseen", 1, "True");
        budget("unseen", "\"minAvailable\":0", "{\"disruptionsAllowed\":1,\"desiredHealthy\":0,\"currentHealthy\":1,\"expectedPods\":1}");
        var refused = evict(namespace, "p-0");
        assertEquals(429, refused.code());
        assertEquals("The disruption budget b is still being processed by the server.", cause(refused));
        assertEquals(10, refused.json().at("/details/retryAfterSeconds").asInt());
    }

    @Test
    void anAllowedEvictionIsEnteredInTheAccountAndTold() {
        String namespace = pods("allowed", 2, "True");
        String budget = budget("allowed", "\"minAvailable\":1", "{\"observedGeneration\":1,\"disruptionsAllowed\":1,\"desiredHealthy\":1,\"currentHealthy\":2,\"expectedPods\":2,"
                + "\"conditions\":[{\"type\":\"DisruptionAllowed\",\"status\":\"True\",\"reason\":\"SufficientPods\",\"message\":\"\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}");
        assertEquals(201, evict(namespace, "p-0").code());
        JsonNode status = admin().get(budget).json().path("status");
        assertEquals(0, status.path("disruptionsAllowed").asInt());
        assertTrue(status.path("disruptedPods").has("p-0"), status.toString());
        assertEquals("InsufficientPods", status.at("/conditions/0/reason").asText());
        JsonNode pod = admin().get(namespace + "/pods/p-0").json();
        assertFalse(pod.at("/metadata/deletionTimestamp").asText().isEmpty());
        JsonNode condition = pod.at("/status/conditions/1");
        assertEquals("DisruptionTarget True EvictionByEvictionAPI Eviction API: evicting", String.join(" ", condition.path("type").asText(), condition.path("status").asText(),
                condition.path("reason").asText(), condition.path("message").asText()));
        assertEquals(429, evict(namespace, "p-1").code());
    }

    /// Each of them counts on what the others left; none is told of a conflict.
    @Test
    void ofManyEvictionsAtOnceAsManySucceedAsAreAllowed() throws Exception {
        String namespace = pods("at-once", 12, "True");
        budget("at-once", "\"maxUnavailable\":5", "{\"observedGeneration\":1,\"disruptionsAllowed\":5,\"desiredHealthy\":7,\"currentHealthy\":12,\"expectedPods\":12}");
        List<Callable<Integer>> evictions = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String pod = "p-" + i;
            evictions.add(() -> evict(namespace, pod).code());
        }
        List<Integer> codes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(evictions)) {
                codes.add(answer.get());
            }
        }
        codes.sort(null);
        assertEquals(List.of(201, 201, 201, 201, 201, 429, 429, 429, 429, 429, 429, 429), codes);
    }

    @Test
    void anUnreadyPodMayGoWhereEnoughAreHealthy() {
        String namespace = pods("unready", 1, "False");
        String budget = budget("unready", "\"minAvailable\":1", "{\"observedGeneration\":1,\"disruptionsAllowed\":0,\"desiredHealthy\":1,\"currentHealthy\":0,\"expectedPods\":1}");
        assertEquals(429, evict(namespace, "p-0").code());
        admin().patch(budget + "/status", "merge-patch", "{\"status\":{\"currentHealthy\":1}}");
        assertEquals(201, evict(namespace, "p-0").code());
        assertFalse(admin().get(budget).json().at("/status/disruptedPods").has("p-0"), "nothing was spent on it");
    }

    @Test
    void anUnreadyPodMayAlwaysGoWhereTheBudgetSaysSo() {
        String namespace = pods("always", 1, "False");
        budget("always", "\"minAvailable\":1,\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"", "{\"observedGeneration\":1,\"disruptionsAllowed\":0,\"desiredHealthy\":1,\"currentHealthy\":0,\"expectedPods\":1}");
        assertEquals(201, evict(namespace, "p-0").code());
    }

    @Test
    void aPodThatHasNotStartedOrHasEndedNeedsNoBudget() {
        String namespace = pods("idle", 2, "True");
        budget("idle", "\"minAvailable\":9", "{\"observedGeneration\":1,\"disruptionsAllowed\":0,\"desiredHealthy\":9,\"currentHealthy\":0,\"expectedPods\":2}");
        admin().patch(namespace + "/pods/p-0/status", "merge-patch", "{\"status\":{\"phase\":\"Pending\"}}");
        admin().patch(namespace + "/pods/p-1/status", "merge-patch", "{\"status\":{\"phase\":\"Succeeded\"}}");
        assertEquals(201, evict(namespace, "p-0").code());
        assertEquals(201, evict(namespace, "p-1").code());
    }

    @Test
    void thePreconditionsAreOfThePodAsTheCallerSawIt() {
        String namespace = pods("preconditions", 1, "True");
        String revision = admin().get(namespace + "/pods/p-0").text("metadata", "resourceVersion");
        String body = "{\"metadata\":{\"name\":\"p-0\"},\"deleteOptions\":{\"preconditions\":{\"resourceVersion\":\"%s\"}}}";
        assertEquals(409, admin().post(namespace + "/pods/p-0/eviction", body.formatted("1")).code());
        assertEquals(201, admin().post(namespace + "/pods/p-0/eviction", body.formatted(revision)).code());
    }
}
