package io.moka.machinery.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.moka.machinery.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The verbs of one resource type, as a server sees them.
class ResourcesTest {

    private static final UnaryOperator<ConfigMap> COUNT = map -> {
        map.getData().merge("count", "1", (old, one) -> Integer.toString(Integer.parseInt(old) + 1));
        return map;
    };

    private static ConfigMap map(int revision, int count) {
        return new ConfigMapBuilder().withNewMetadata().withNamespace("n").withName("c").withResourceVersion(Integer.toString(revision)).endMetadata()
                .addToData("count", Integer.toString(count)).build();
    }

    /// Holds one object of revision 7 and count 6, and refuses an update of any other revision.
    private static void hold(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        if (request.method().equals("GET")) {
            reply.json(200, Json.tree(map(7, 6)).toString());
        } else if (Json.mapper().readTree(request.body()).at("/metadata/resourceVersion").asText().equals("7")) {
            reply.json(200, request.body());
        } else {
            reply.status(409, "Conflict", "the object has been modified");
        }
    }

    private static List<String> said(ScriptedServer server) {
        return server.requests().stream().map(request -> request.method() + " " + request.path()).toList();
    }

    @Test
    void anEditOfTheCurrentObjectReadsNothing() throws IOException {
        try (var server = new ScriptedServer(ResourcesTest::hold); var client = server.client()) {
            var seen = map(7, 6);
            assertEquals("7", client.resources(ConfigMap.class).edit(seen, COUNT).getData().get("count"));
            assertEquals(List.of("PUT /api/v1/namespaces/n/configmaps/c"), said(server));
            assertEquals("6", seen.getData().get("count"), "the object of the caller's cache is not changed");
        }
    }

    @Test
    void anEditOfAnOutdatedObjectIsRepeatedOnTheCurrentOne() throws IOException {
        try (var server = new ScriptedServer(ResourcesTest::hold); var client = server.client()) {
            assertEquals("7", client.resources(ConfigMap.class).edit(map(5, 4), COUNT).getData().get("count"), "the change is made to the current object");
            var path = "/api/v1/namespaces/n/configmaps/c";
            assertEquals(List.of("PUT " + path, "GET " + path, "PUT " + path), said(server));
        }
    }

    @ParameterizedTest
    @CsvSource({"403, Forbidden", "404, NotFound", "409, AlreadyExists", "422, Invalid", "503, ServiceUnavailable"})
    void anEditEndsWithAnyOtherRefusal(int code, String reason) throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.status(code, reason, "no")); var client = server.client()) {
            var refusal = assertThrows(ApiException.class, () -> client.resources(ConfigMap.class).edit(map(7, 6), COUNT));
            assertEquals(code + " " + reason, refusal.code() + " " + refusal.reason());
            assertEquals(1, server.requests().size());
        }
    }

    @Test
    void aClusterWideObjectIsReadAgainWithoutANamespace() throws IOException {
        var conflicts = new AtomicInteger(1);
        try (var server = new ScriptedServer((request, reply) -> {
            if (request.method().equals("PUT") && conflicts.getAndDecrement() > 0) {
                reply.status(409, "Conflict", "no");
            } else {
                reply.json(200, "{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"9\"}}");
            }
        }); var client = server.client()) {
            var node = new NodeBuilder().withNewMetadata().withName("a").withResourceVersion("8").endMetadata().build();
            assertEquals("9", client.resources(Node.class).edit(node, UnaryOperator.identity()).getMetadata().getResourceVersion());
            assertEquals(List.of("PUT /api/v1/nodes/a", "GET /api/v1/nodes/a", "PUT /api/v1/nodes/a"), said(server));
        }
    }

    @Test
    void anObjectThatCannotBeReadIsNotTakenForAMissingOne() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.status(403, "Forbidden", "no")); var client = server.client()) {
            assertEquals(403, assertThrows(ApiException.class, () -> client.resources(ConfigMap.class).find("n", "c")).code());
        }
    }

    @Test
    void subresourcesHavePathsOfTheirOwn() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, "{\"metadata\":{\"name\":\"x\"},\"spec\":{}}")); var client = server.client()) {
            var deployments = client.resources(Deployment.class);
            var read = Json.mapper().readValue("{\"metadata\":{\"namespace\":\"n\",\"name\":\"d\"}}", Deployment.class);
            deployments.updateStatus(read);
            deployments.updateSubresource(read, "approval");
            deployments.readSubresource("n", "d", "scale", Scale.class);
            client.resources(Pod.class).createSubresource("n", "p", "eviction", Map.of("kind", "Eviction"), Status.class);
            deployments.within(Duration.ofSeconds(60)).apply("n", "d", "me", Map.of("spec", Map.of()));
            assertEquals(List.of("PUT /apis/apps/v1/namespaces/n/deployments/d/status", "PUT /apis/apps/v1/namespaces/n/deployments/d/approval",
                    "GET /apis/apps/v1/namespaces/n/deployments/d/scale", "POST /api/v1/namespaces/n/pods/p/eviction",
                    "PATCH /apis/apps/v1/namespaces/n/deployments/d"), said(server));
            var apply = server.requests().getLast();
            assertEquals(Map.of("fieldManager", "me", "force", "true"), apply.query());
            assertEquals(List.of(PatchType.APPLY.mediaType()), apply.headers().get("Content-type"));
        }
    }

    @Test
    void metadataAloneIsAskedForByTheAcceptedType() throws IOException {
        try (var server = new ScriptedServer((request, reply) -> reply.json(200, "{\"metadata\":{\"resourceVersion\":\"3\"},\"items\":[]}")); var client = server.client()) {
            client.resources(Pod.class).metadataOnly().list("", ListOptions.all().fields("spec.nodeName=a").page(500, "next"));
            var list = server.requests().getFirst();
            assertEquals("/api/v1/pods", list.path());
            assertEquals(List.of("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"), list.headers().get("Accept"));
            assertEquals(Map.of("fieldSelector", "spec.nodeName=a", "limit", "500", "continue", "next"), list.query());
        }
    }

    @Test
    void onlyOptionsThatSaySomethingAreSent() {
        assertEquals(Map.of(), ListOptions.all().query());
        assertEquals(Map.of(), ListOptions.all().labels("").fields(null).revision("").page(0, null).query());
        assertEquals(Map.of("resourceVersion", "0"), ListOptions.all().revision("0").query());
        assertEquals(Map.of("labelSelector", "a=b", "resourceVersion", "5", "resourceVersionMatch", "NotOlderThan", "timeoutSeconds", "90"),
                ListOptions.all().labels("a=b").notOlderThan("5").timeout(Duration.ofSeconds(90)).query());
    }
}
