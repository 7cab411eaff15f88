package io.moka.dns.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.machinery.time.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InformerViewTest {

    private static final String POD = """
            {"metadata":{"namespace":"shop","name":"a","resourceVersion":"3","annotations":{"big":"x"}},"spec":{"containers":[{"name":"c"}],"dnsPolicy":"None"},
             "status":{"phase":"%s","podIP":"10.244.0.5","podIPs":[{"ip":"10.244.0.5"},{"ip":"2001:DB8::5"}],"conditions":[]}}""";

    private final CountDownLatch servicesMayCome = new CountDownLatch(1);
    private final CountDownLatch testEnds = new CountDownLatch(1);
    private final CompletableFuture<ScriptedServer.Reply> podWatch = new CompletableFuture<>();

    private void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws Exception {
        var kind = request.path().substring(request.path().lastIndexOf('/') + 1);
        if (request.isWatch()) {
            reply.begin();
            if (kind.equals("pods")) {
                podWatch.complete(reply);
            }
            testEnds.await(20, TimeUnit.SECONDS);
            return;
        }
        if (kind.equals("services")) {
            servicesMayCome.await();
        }
        var items = switch (kind) {
            case "namespaces" -> "{\"metadata\":{\"name\":\"shop\",\"resourceVersion\":\"1\"}}";
            case "services" -> "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"web\",\"resourceVersion\":\"2\"},\"spec\":{\"clusterIP\":\"10.96.0.20\",\"clusterIPs\":[\"10.96.0.20\",\"FD00::20\"]}}";
            case "endpointslices" -> """
                    {"metadata":{"namespace":"shop","name":"web-1","resourceVersion":"4","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4",
                     "endpoints":[{"addresses":["10.244.0.5"],"hostname":"a"}],"ports":[]}""";
            default -> POD.formatted("Running");
        };
        reply.json(200, "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[" + items + "]}");
    }

    @Test
    void objectsAreFoundByTheirKeysOnceAllAreKnown() throws Exception {
        try (var server = new ScriptedServer(this::answer); var client = server.client(); var view = new InformerView(client, TimeSource.SYSTEM)) {
            look(view);
        }
    }

    private void look(InformerView view) throws Exception {
        try {
            view.start();
            Await.until("pods are known", () -> view.podsAt("10.244.0.5").size() == 1);
            assertFalse(view.hasSynced(), "services are not known yet");
            servicesMayCome.countDown();
            Await.until("all are known", view::hasSynced);

            assertTrue(view.hasNamespace("shop"));
            assertFalse(view.hasNamespace("web"));
            assertNotNull(view.service("shop", "web"));
            assertEquals(1, view.servicesAt("fd00:0:0:0:0:0:0:20").size());
            assertEquals(1, view.slices("shop", "web").size());
            assertEquals(1, view.slices("shop", "web", "a").size());
            assertEquals(1, view.slicesAt("10.244.0.5").size());
            var pod = view.podsAt("2001:db8:0:0:0:0:0:5").getFirst();
            assertEquals("None", pod.getSpec().dnsPolicy());
            assertEquals("3", pod.getMetadata().getResourceVersion());

            podWatch.get().event("MODIFIED", POD.formatted("Succeeded").replace("\n", "").replace("\"3\"", "\"10\""));
            Await.until("a pod that is over has no address", () -> view.podsAt("10.244.0.5").isEmpty());
            assertNotNull(view.pod("shop", "a"));
        } finally {
            testEnds.countDown();
        }
    }
}
