package io.moka.proxy.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.Sources;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopbackNodePortsTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final List<String> failures = new ArrayList<>();
    private final LoopbackNodePorts nodePorts = new LoopbackNodePorts((service, reason) -> failures.add(service + ": " + reason));
    private ServerSocket echo;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        echo = new ServerSocket(0, 10, LOOPBACK);
        Thread.ofVirtual().start(this::echoAll);
        port = freePort();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    /// Sends everything back, and then the end.
    private void echoAll() {
        while (!echo.isClosed()) {
            try (var client = echo.accept()) {
                client.getOutputStream().write(client.getInputStream().readAllBytes());
            } catch (IOException e) {
                return;
            }
        }
    }

    @AfterEach
    void end() throws IOException {
        nodePorts.close();
        echo.close();
    }

    private static String say(int port, String text) throws IOException {
        try (var socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Map<Front, Backends> fronts(Endpoint... endpoints) {
        return Map.of(new Front.NodePort("tcp", port), new Backends(List.of(endpoints), 0, false));
    }

    @Test
    void aNodePortIsServedAtLoopbackAndPassesOverDeadEndpoints() throws IOException {
        nodePorts.set(WEB, fronts(new Endpoint("127.0.0.1", freePort()), new Endpoint("127.0.0.1", echo.getLocalPort())));
        for (int i = 0; i < 5; i++) {
            assertEquals("what was said", say(port, "what was said"));
        }
        var much = "0123456789".repeat(100_000);
        assertEquals(much, say(port, much), "a half-closed connection stays half closed");
    }

    @Test
    void aPortIsLetGoWithItsServiceOrItsLastEndpoint() throws IOException {
        nodePorts.set(WEB, fronts(new Endpoint("127.0.0.1", echo.getLocalPort())));
        nodePorts.set(WEB, fronts());
        assertThrows(ConnectException.class, () -> say(port, ""));
        nodePorts.set(WEB, fronts(new Endpoint("127.0.0.1", echo.getLocalPort())));
        assertEquals("x", say(port, "x"));
        nodePorts.retain(Set.of());
        assertThrows(ConnectException.class, () -> say(port, ""));
    }

    @Test
    void programsOfTheNodeUseAllEndpointsOfALocalFront() throws IOException {
        var elsewhere = new Backends("", List.of(), List.of(new Endpoint("127.0.0.1", echo.getLocalPort())), 0, true, Sources.ANYONE);
        nodePorts.set(WEB, Map.of(new Front.NodePort("tcp", port), elsewhere));
        assertEquals("x", say(port, "x"));
    }

    @Test
    void aTakenPortIsToldOfOnce() throws IOException {
        try (var squatter = new ServerSocket(port, 1, LOOPBACK)) {
            nodePorts.set(WEB, fronts(new Endpoint("127.0.0.1", echo.getLocalPort())));
            nodePorts.set(WEB, fronts(new Endpoint("127.0.0.1", echo.getLocalPort())));
            assertEquals(1, failures.size(), failures::toString);
            assertTrue(failures.getFirst().contains("127.0.0.1:" + squatter.getLocalPort()), failures::toString);
        }
        nodePorts.set(WEB, fronts(new Endpoint("127.0.0.1", echo.getLocalPort())));
        assertEquals("x", say(port, "x"));
    }
}
