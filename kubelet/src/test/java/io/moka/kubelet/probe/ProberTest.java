package io.moka.kubelet.probe;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandlerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProberTest {

    private final Prober prober = new Prober(new FakeRuntime());
    private final List<String> agents = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            agents.add(exchange.getRequestHeaders().getFirst("User-Agent") + " " + exchange.getRequestHeaders().getFirst("X-Test"));
            exchange.sendResponseHeaders(Integer.parseInt(exchange.getRequestURI().getPath().substring(1)), -1);
            exchange.close();
        });
        server.createContext("/redirect", exchange -> redirect(exchange, exchange.getRequestURI().getRawQuery()));
        server.createContext("/loop", exchange -> redirect(exchange, "/loop"));
        server.start();
    }

    private void redirect(HttpExchange exchange, String location) throws IOException {
        agents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(302, "moved".length());
        exchange.getResponseBody().write("moved".getBytes());
        exchange.close();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Subject subject(int port) {
        var container = new ContainerBuilder().withName("main").addNewPort().withName("http").withContainerPort(port).endPort().build();
        return new Subject(new Pod(), container, "id", "127.0.0.1", Instant.now());
    }

    private Probe get(String path, IntOrString port) {
        return new ProbeBuilder().withNewHttpGet().withPath(path).withPort(port).addNewHttpHeader("X-Test", "yes").endHttpGet().build();
    }

    private ProbeResult ask(String path) {
        return prober.ask(subject(server.getAddress().getPort()), get(path, new IntOrString("http")));
    }

    /// Sends a byte now and then, each well before any time-out for reading.
    ///
    /// @return the number of bytes that were sent when the client left
    private static CompletableFuture<Integer> drip(ServerSocket listener) {
        return CompletableFuture.supplyAsync(() -> {
            int sent = 0;
            try (var socket = listener.accept()) {
                while (true) {
                    socket.getOutputStream().write('H');
                    sent++;
                    LockSupport.parkNanos(100_000_000);
                }
            } catch (IOException closed) {
                return sent;
            }
        });
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @Test
    void probeThatIsDrippedBytesEndsAtItsDeadline() throws IOException {
        try (var listener = listener()) {
            var sent = drip(listener);
            var probe = new ProbeBuilder(get("/", new IntOrString(listener.getLocalPort()))).withTimeoutSeconds(1).build();

            var result = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> prober.ask(subject(listener.getLocalPort()), probe));

            assertEquals(new ProbeResult.Failure("Get \"http://127.0.0.1:" + listener.getLocalPort()
                    + "/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"), result);
            check("the connection is closed", sent::isDone);
            assertTrue(sent.join() > 1, "bytes came until the deadline");
        }
        try (var listener = listener()) {
            var sent = drip(listener);
            var hook = new LifecycleHandlerBuilder().withNewHttpGet().withPath("/").withPort(new IntOrString(listener.getLocalPort())).withScheme("HTTPS").endHttpGet().build();

            assertInstanceOf(ProbeResult.Failure.class, assertTimeoutPreemptively(Duration.ofSeconds(30),
                    () -> new LifecycleHooks(new FakeRuntime(), Sleeper.SYSTEM).run(subject(listener.getLocalPort()), hook, Duration.ofSeconds(1))));
            check("the connection is closed", sent::isDone);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, true", "204, true", "400, false", "503, false"})
    void statusDecides(int status, boolean success) {
        assertEquals(success ? new ProbeResult.Success() : new ProbeResult.Failure("HTTP probe failed with statuscode: " + status), ask("/" + status));
        assertEquals(List.of("kube-probe/1.36 yes"), agents);
    }

    @ParameterizedTest
    @CsvSource({"/redirect?/200, true", "/redirect?200, true", "/redirect?/503, false", "/redirect?/redirect?/200, true", "/redirect?http://127.0.0.1:PORT/200, true"})
    void redirectOnTheHostIsFollowed(String path, boolean success) {
        var result = ask(path.replace("PORT", Integer.toString(server.getAddress().getPort())));

        assertEquals(success ? new ProbeResult.Success() : new ProbeResult.Failure("HTTP probe failed with statuscode: 503"), result);
    }

    @Test
    void redirectElsewhereIsAWarningAndNotFollowed() {
        assertEquals(new ProbeResult.Warning("Probe terminated redirects, Response body: moved"), ask("/redirect?http://127.0.0.9:1/"));
        assertEquals(new ProbeResult.Warning("Probe terminated redirects, Response body: "), ask("/302"));
        assertEquals(2, agents.size());
    }

    @Test
    void redirectsWithoutEndAreAFailure() {
        int port = server.getAddress().getPort();

        assertEquals(new ProbeResult.Failure("Get \"http://127.0.0.1:" + port + "/loop\": stopped after 10 redirects"), ask("/loop"));
    }

    @Test
    void closedPortIsAFailure() throws IOException {
        int port;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        var dial = "dial tcp 127.0.0.1:" + port + ": connect: connection refused";

        assertEquals(new ProbeResult.Failure("Get \"http://127.0.0.1:" + port + "/x\": " + dial), prober.ask(subject(port), get("x", new IntOrString(port))));
        assertEquals(new ProbeResult.Failure(dial), prober.ask(subject(port), new ProbeBuilder().withNewTcpSocket().withPort(new IntOrString(port)).endTcpSocket().build()));
    }

    @Test
    void openPortIsASuccess() {
        int port = server.getAddress().getPort();

        assertInstanceOf(ProbeResult.Success.class, prober.ask(subject(port), new ProbeBuilder().withNewTcpSocket().withPort(new IntOrString(port)).endTcpSocket().build()));
    }

    @Test
    void unknownPortNameIsAFailure() {
        assertEquals(new ProbeResult.Failure("couldn't find port: other"), prober.ask(subject(1), get("/", new IntOrString("other"))));
    }
}
