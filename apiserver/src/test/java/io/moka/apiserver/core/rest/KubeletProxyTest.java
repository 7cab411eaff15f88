package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.machinery.pki.TlsIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.InputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs and upgraded connections, against a stand-in for the kubelet that speaks its paths.
final class KubeletProxyTest extends ServerTest {
    private static Vertx vertx;
    private static String pods;

    @BeforeAll
    static void startKubelet() throws Exception {
        vertx = Vertx.vertx();
        TestPki pki = TestPki.shared();
        HttpServer kubelet = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setHost("127.0.0.1").setPort(0)
                        .setKeyCertOptions(new PemKeyCertOptions().addCertPath(pki.file("apiserver.crt").toString()).addKeyPath(pki.file("apiserver.key").toString())))
                .requestHandler(KubeletProxyTest::serve).listen().toCompletionStage().toCompletableFuture().get();
        admin().post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
        admin().patch("/api/v1/nodes/n1/status", "merge-patch", "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"127.0.0.1\"}],"
                + "\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":" + kubelet.actualPort() + "}}}}");
        pods = server.namespace("proxied") + "/pods";
        admin().post(pods, POD.formatted("p"));
        admin().post(pods, POD.formatted("q"));
        admin().post(pods + "/p/binding", "{\"metadata\":{\"name\":\"p\"},\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}");
    }

    private static void serve(HttpServerRequest request) {
        if (request.path().startsWith("/containerLogs/")) {
            if (request.path().endsWith("/p/c")) {
                request.response().putHeader("Content-Type", "text/plain").end("log of " + request.path() + "?" + request.query());
            } else {
                request.response().setStatusCode(404).end("no such container");
            }
        } else if (request.path().matches("/(exec|attach|portForward)/.*")) {
            request.response().putHeader("Upgrade", "echo").putHeader("Connection", "Upgrade").putHeader("X-Asked", String.valueOf(request.uri()));
            request.toNetSocket().onSuccess(socket -> socket.handler(data -> socket.write(Buffer.buffer("echo ").appendBuffer(data))));
        } else {
            request.response().setStatusCode(500).end();
        }
    }

    @AfterAll
    static void stopKubelet() {
        vertx.close();
    }

    @Test
    void logsComeFromTheKubelet() {
        var log = admin().get(pods + "/p/log?follow=false&tailLines=5");
        assertEquals(200, log.code());
        assertEquals("log of /containerLogs/proxied/p/c?follow=false&tailLines=5", log.body());
    }

    @ParameterizedTest
    @CsvSource({"binary.k8s.io, false", "base64.binary.k8s.io, true", "'', false"})
    void logsComeOverAWebSocket(String protocol, boolean text) throws Exception {
        var messages = new LinkedBlockingQueue<String>();
        var builder = admin().webSocket().header("Origin", "https://127.0.0.1");
        if (!protocol.isEmpty()) {
            builder.subprotocols(protocol);
        }
        WebSocket socket = builder.buildAsync(server.webSocketUri(pods + "/p/log?tailLines=5"), new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                messages.add("text " + new String(Base64.getDecoder().decode(data.toString()), UTF_8));
                return WebSocket.Listener.super.onText(from, data, last);
            }

            @Override
            public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
                messages.add("binary " + UTF_8.decode(data));
                return WebSocket.Listener.super.onBinary(from, data, last);
            }

            @Override
            public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                messages.add("closed");
                return null;
            }
        }).get(30, TimeUnit.SECONDS);
        String form = text ? "text " : "binary ";
        assertEquals(form, messages.poll(30, TimeUnit.SECONDS));
        assertEquals(form + "log of /containerLogs/proxied/p/c?tailLines=5", messages.poll(30, TimeUnit.SECONDS));
        assertEquals("closed", messages.poll(30, TimeUnit.SECONDS));
        assertEquals(protocol, socket.getSubprotocol());
    }

    @Test
    void podOnNoNodeHasNoLogs() {
        var refused = admin().get(pods + "/q/log");
        assertEquals(400, refused.code());
        assertEquals("pod q does not have a host assigned", refused.text("message"));
        assertEquals("container x is not valid for pod p", admin().get(pods + "/p/log?container=x").text("message"));
    }

    @Test
    void execWithoutUpgradeIsRefused() {
        assertEquals("Upgrade request required", admin().post(pods + "/p/exec?command=ls", "").text("message"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void upgradedConnectionIsPassedThrough(String method) throws Exception {
        var context = TlsIdentity.clientContext(TestPki.shared().authorityPem(), TestPki.shared().client("admin", "system:masters"));
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write((method + " " + pods + "/p/exec?command=cat&stdin=true&stdout=true HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"
                    + "Content-Length: 0\r\n\r\n").getBytes(UTF_8));
            String head = readUntil(socket.getInputStream(), "\r\n\r\n");
            assertTrue(head.startsWith("HTTP/1.1 101"), () -> head + new String(socketRest(socket), UTF_8));
            assertTrue(head.toLowerCase().contains("x-asked: /exec/proxied/p/c?command=cat&input=1&output=1"), head);
            socket.getOutputStream().write("hello\n".getBytes(UTF_8));
            assertEquals("echo hello\n", readUntil(socket.getInputStream(), "\n"));
            socket.getOutputStream().write("again\n".getBytes(UTF_8));
            assertEquals("echo again\n", readUntil(socket.getInputStream(), "\n"));
        }
    }

    @ParameterizedTest
    @CsvSource({"portforward?ports=80&ports=81, /portForward/proxied/p?port=80&port=81", "attach, /attach/proxied/p/c?output=1&error=1",
        "attach?stdin=true&stdout=false&tty=true, /attach/proxied/p/c?input=1&tty=1&error=1", "exec?command=a+b&stderr=true, /exec/proxied/p/c?command=a+b&error=1"})
    void parametersGetTheKubeletsNames(String asked, String expected) throws Exception {
        var context = TlsIdentity.clientContext(TestPki.shared().authorityPem(), TestPki.shared().client("admin", "system:masters"));
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(("GET " + pods + "/p/" + asked + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n").getBytes(UTF_8));
            String head = readUntil(socket.getInputStream(), "\r\n\r\n");
            assertTrue(head.toLowerCase().contains("x-asked: " + expected.toLowerCase() + "\r\n"), head);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, get", "POST, create"})
    void accessToAnUpgradeIsDecidedByTheMethodThatWasSent(String method, String verb) throws Exception {
        var context = TlsIdentity.clientContext(TestPki.shared().authorityPem(), TestPki.shared().client("nobody", "nobodies"));
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write((method + " " + pods + "/p/exec?command=cat HTTP/1.1\r\nHost: x\r\nX-Moka-Sent-Method: PUT\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"
                    + "Content-Length: 0\r\n\r\n").getBytes(UTF_8));
            assertTrue(readUntil(socket.getInputStream(), "\r\n\r\n").startsWith("HTTP/1.1 403"));
            assertTrue(readUntil(socket.getInputStream(), "\"reason\"").contains("cannot " + verb + " resource"));
        }
    }

    private static byte[] socketRest(SSLSocket socket) {
        try {
            return socket.getInputStream().readNBytes(190);
        } catch (java.io.IOException ended) {
            throw new java.io.UncheckedIOException(ended);
        }
    }

    private static String readUntil(InputStream in, String end) throws Exception {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("the connection ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }
}
