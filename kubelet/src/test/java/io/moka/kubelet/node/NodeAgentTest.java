package io.moka.kubelet.node;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.cni.PodNetworks;
import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.Json;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The status that the agent writes to a server which holds one node and records each patch.
class NodeAgentTest {

    private static final String DONGLE = "example.com/dongle";

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private final List<JsonNode> patches = new CopyOnWriteArrayList<>();
    private final FakeRuntime runtime = new FakeRuntime();
    private volatile Node shown = new NodeBuilder().withNewMetadata().withName("n1").withUid("u").withResourceVersion("1").endMetadata().withNewSpec().endSpec()
            .withNewStatus().endStatus().build();
    private volatile boolean away;
    private HttpServer server;
    private NodeAgent agent;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        var plugins = new ScriptedPlugins(folder).configure("1.0.0", "first");
        var networks = new PodNetworks(plugins.configurations(), plugins.binaries(), folder.resolve("attachments"), () -> "10.1.0.0/24", time);
        var settings = new NodeSettings("n1", () -> "192.0.2.1", 10250, Map.of(), List.of(), 110, null);
        var machine = new Machine(folder);
        var statuses = new NodeStatuses(settings, machine, runtime, networks, Capacity.of(machine, Map.of()), new NodeStatuses.Reserve(0, 0, 0, 0, 0), Set::of, time);
        var client = new ApiClient(new ClientConfig("http://127.0.0.1:" + server.getAddress().getPort(), "default", SSLContext.getDefault(), null, "test"));
        agent = new NodeAgent(client, new KnownNode(settings), statuses, time, time::nanos);
        agent.start();
        check("the node is ready", agent::isReady);
    }

    @AfterEach
    void close() {
        agent.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestURI().getPath().endsWith("/status") && !away) {
                patches.add(Json.mapper().readTree(body).path("status"));
            }
            var answer = Json.bytes(shown);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(away ? 503 : 200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /// Another program has changed the node's object, and the informer shows it.
    private void show(Node changed) {
        shown = changed;
        agent.observe(changed);
    }

    @Test
    void extendedResourceOfTheNodesObjectIsAllocatableAndRemovedAgain() {
        assertFalse(patches.getLast().path("allocatable").has(DONGLE));

        show(new NodeBuilder(shown).editStatus().addToCapacity(DONGLE, new Quantity("5")).endStatus().build());
        check("it is allocatable", () -> patches.getLast().path("allocatable").path(DONGLE).asText().equals("5"));
        assertFalse(patches.getLast().path("capacity").has(DONGLE), "the capacity is another program's to write");

        show(new NodeBuilder(shown).editStatus().addToAllocatable(DONGLE, new Quantity("5")).removeFromCapacity(DONGLE).endStatus().build());
        check("it is removed by name, as amounts merge", () -> patches.getLast().path("allocatable").path(DONGLE).isNull());
        assertTrue(patches.getLast().path("allocatable").has("cpu"));
    }

    @Test
    void statusThatDoesNotArriveIsAProblemUntilItDoes() {
        assertNull(agent.unheard());
        away = true;
        time.pass(Duration.ofMinutes(6));
        agent.wake();
        check("the loop goes on", () -> agent.stuck() == null);
        assertEquals("telling the node's status last succeeded 360 s ago", agent.unheard());

        away = false;
        agent.wake();
        check("it arrives", () -> agent.unheard() == null);
    }

    @Test
    void hungEngineIsToldAndIsNoProblemOfTheAgent() {
        runtime.hang(true);
        agent.wake();
        check("the node is not ready", () -> !agent.isReady());
        time.pass(Duration.ofMinutes(6));
        check("the status arrives", () -> agent.unheard() == null && agent.stuck() == null);
    }
}
