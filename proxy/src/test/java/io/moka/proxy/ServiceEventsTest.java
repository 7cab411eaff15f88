package io.moka.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The events as the server gets them.
class ServiceEventsTest {

    private static final Service WEB = new ServiceBuilder().withNewMetadata().withNamespace("shop").withName("web").withUid("uid-web").endMetadata().build();

    private ScriptedServer server;
    private ApiClient client;
    private EventRecorder recorder;
    private ServiceEvents events;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> reply.json(201, request.body()));
        client = server.client();
        recorder = new EventRecorder(client, "kube-proxy", "here", InstantSource.system());
        events = new ServiceEvents(new OneService(), recorder, "here");
    }

    @AfterEach
    void stop() {
        recorder.close();
        client.close();
        server.close();
    }

    private static final class OneService implements ServiceView {

        @Override
        public List<ObjectKey> keys() {
            return List.of(ObjectKey.of(WEB));
        }

        @Override
        public @Nullable Service service(ObjectKey key) {
            return key.equals(ObjectKey.of(WEB)) ? WEB : null;
        }

        @Override
        public List<EndpointSlice> slices(ObjectKey service) {
            return List.of();
        }
    }

    private JsonNode event() throws IOException {
        Await.until("an event", () -> !server.requests().isEmpty());
        var request = server.requests().getFirst();
        assertEquals("POST /api/v1/namespaces/shop/events", request.method() + " " + request.path());
        return Json.mapper().readTree(request.body());
    }

    private static String summary(JsonNode event) {
        return event.at("/type").asText() + " " + event.at("/reason").asText() + " " + event.at("/involvedObject/kind").asText() + " " + event.at("/involvedObject/uid").asText()
                + ": " + event.at("/message").asText();
    }

    @Test
    void aServiceWhoseRulesAreRefusedGetsAWarning() throws IOException {
        events.rulesRefused(WEB, "nft: no such protocol");
        assertEquals("Warning RulesRefused Service uid-web: No connection reaches this service on node here: nft: no such protocol", summary(event()));
    }

    @Test
    void aWarningThatConcernsOneNodeNamesIt() throws IOException {
        events.warnHere(new ObjectKey("shop", "gone"), "PortTaken", "nobody is told of a service that is gone");
        events.warnHere(ObjectKey.of(WEB), "PortTaken", "port 80 is another's");
        assertEquals("Warning PortTaken Service uid-web: On node here, port 80 is another's", summary(event()));
    }
}
