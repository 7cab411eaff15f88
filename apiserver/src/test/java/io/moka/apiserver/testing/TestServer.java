package io.moka.apiserver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.etcd.jetcd.ByteSequence;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.server.ServerOptions;
import io.moka.apiserver.server.ServerParts;
import io.moka.machinery.pki.TlsIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The real server on a free port, with a real etcd behind it, and a client to ask it with.
public final class TestServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EtcdProcess etcd;
    private final String etcdPrefix;
    private final ServerParts server;
    private final Caller admin;

    public static TestServer start(String... flags) {
        return new TestServer(EtcdProcess.shared(), "/" + UUID.randomUUID(), flags);
    }

    /// A server on the state that another left behind, or works on.
    public static TestServer startOn(String etcdPrefix, String... flags) {
        return new TestServer(etcdPrefix, flags);
    }

    /// A server on an etcd that a test treats badly.
    public static TestServer startOn(EtcdProcess etcd, String... flags) {
        return new TestServer(etcd, "/registry", flags);
    }

    private TestServer(String etcdPrefix, String... flags) {
        this(EtcdProcess.shared(), etcdPrefix, flags);
    }

    private TestServer(EtcdProcess etcd, String etcdPrefix, String... flags) {
        this.etcd = etcd;
        this.etcdPrefix = etcdPrefix;
        TestPki pki = TestPki.shared();
        List<String> arguments = new ArrayList<>(List.of("--secure-port=0", "--bind-address=127.0.0.1", "--advertise-address=192.0.2.1",
                "--etcd-servers=" + etcd.endpoint(), "--etcd-prefix=" + etcdPrefix,
                "--client-ca-file=" + pki.file("ca.crt"), "--tls-cert-file=" + pki.file("apiserver.crt"), "--tls-private-key-file=" + pki.file("apiserver.key"),
                "--service-account-key-file=" + pki.file("sa.pub"), "--service-account-signing-key-file=" + pki.file("sa.key"),
                // nobody listens there, while a cluster of this machine has the usual ports
                "--controller-manager-port=1", "--scheduler-port=1", "--proxy-port=1"));
        for (String flag : flags) {
            arguments.removeIf(known -> flag.contains("=") && known.startsWith(flag.substring(0, flag.indexOf('=') + 1)));
        }
        arguments.addAll(List.of(flags));
        ServerOptions options = new ServerOptions();
        new CommandLine(options).parseArgs(arguments.toArray(String[]::new));
        try {
            server = new ServerParts(options);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        admin = as(pki.client("admin", "system:masters"));
        await("the server is ready", () -> admin.get("/readyz").code() == 200);
    }

    /// The keys that requests have written or deleted since the resourceVersion. What the server writes by itself is left out: its leases, which it renews all the
    /// time, the records of the groups that it serves and its flow schemas, which it may still be making when it is ready.
    public List<String> writtenSince(String resourceVersion) {
        List<String> own = List.of("/leases/", "/masterleases/", "/apiregistration.k8s.io/apiservices/", "/flowschemas/", "/prioritylevelconfigurations/");
        return etcd.writtenSince(etcdPrefix, Long.parseLong(resourceVersion)).stream()
                .filter(key -> own.stream().noneMatch(prefix -> key.startsWith(etcdPrefix + prefix))).toList();
    }

    /// The value of a key in etcd, as the server has written it.
    ///
    /// @param key below the server's prefix, such as `/pods/default/web`
    public byte[] stored(String key) {
        return etcd.read(etcdPrefix + key);
    }

    /// Writes a value into etcd past the server.
    public void store(String key, String value) {
        etcd.ask(client -> client.getKVClient().put(ByteSequence.from(etcdPrefix + key, StandardCharsets.UTF_8), ByteSequence.from(value, StandardCharsets.UTF_8)));
    }

    public record Answer(int code, String body, HttpResponse<?> response) {
        public JsonNode json() {
            try {
                return Json.MAPPER.readTree(body);
            } catch (IOException malformed) {
                throw new UncheckedIOException(body, malformed);
            }
        }

        public ObjectNode object() {
            return (ObjectNode) json();
        }

        public String text(String... path) {
            return Json.text(json(), path);
        }
    }

    /// Somebody who asks.
    public final class Caller {
        private final HttpClient http;
        private final @Nullable String bearer;

        private Caller(@Nullable TlsIdentity identity, @Nullable String bearer) {
            this.bearer = bearer;
            try {
                http = HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(TestPki.shared().authorityPem(), identity)).connectTimeout(PATIENCE).build();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        public HttpRequest.Builder request(String path) {
            var builder = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path)).timeout(PATIENCE);
            return bearer == null ? builder : builder.header("Authorization", "Bearer " + bearer);
        }

        public Answer send(HttpRequest.Builder request) {
            try {
                HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
                return new Answer(response.statusCode(), response.body(), response);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }

        /// Sends a request as it is.
        public HttpResponse<String> sendRaw(FuzzCase request) {
            HttpRequest.Builder builder;
            try {
                builder = request(request.path());
            } catch (IllegalArgumentException noUri) {
                builder = request("/api/v1/" + URLEncoder.encode(request.path(), StandardCharsets.UTF_8));
            }
            HttpRequest.Builder sent = builder.method(request.method(), BodyPublishers.ofByteArray(request.body()));
            request.headers().forEach((name, values) -> values.forEach(value -> sent.header(name, value.replaceAll("[^\\x20-\\x7e]", "?"))));
            try {
                return http.send(sent.build(), BodyHandlers.ofString());
            } catch (IOException failed) {
                throw new UncheckedIOException(request.toString(), failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }

        /// Sends a request whose answer is no text.
        public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
            try {
                return http.send(request.build(), body);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }

        public Answer get(String path) {
            return send(request(path));
        }

        public Answer send(String method, String path, String contentType, String body) {
            return send(request(path).header("Content-Type", contentType).method(method, BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
        }

        public Answer post(String path, String body) {
            return send("POST", path, "application/json", body);
        }

        public Answer put(String path, String body) {
            return send("PUT", path, "application/json", body);
        }

        public Answer patch(String path, String type, String body) {
            return send("PATCH", path, "application/" + type + "+json", body);
        }

        public Answer delete(String path) {
            return send(request(path).DELETE());
        }

        public Answer delete(String path, String options) {
            return send("DELETE", path, "application/json", options);
        }

        /// For a WebSocket to [#webSocketUri].
        public WebSocket.Builder webSocket() {
            return http.newWebSocketBuilder().connectTimeout(PATIENCE);
        }

        /// Opens a watch, whose events are then read one after the other.
        public Watching watch(String path) {
            return watch(path, "application/json");
        }

        /// @param form of the events' objects, as an Accept header says it
        public Watching watch(String path, String form) {
            try {
                var response = http.send(request(path).header("Accept", form).build(), BodyHandlers.ofInputStream());
                if (response.statusCode() != 200) {
                    throw new AssertionError("a watch was answered with " + response.statusCode() + ": " + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
                }
                return new Watching(new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }
    }

    /// An open watch.
    public record Watching(BufferedReader lines) implements AutoCloseable {
        /// The next event, null when the watch has ended.
        public @Nullable JsonNode next() {
            try {
                String line = lines.readLine();
                return line == null ? null : Json.MAPPER.readTree(line);
            } catch (IOException ended) {
                return null;
            }
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// Sends a request as it is, with the admin's certificate unless it shows something else.
    public HttpResponse<String> sendRaw(FuzzCase request) {
        return admin.sendRaw(request);
    }

    public Caller admin() {
        return admin;
    }

    public Caller as(TlsIdentity identity) {
        return new Caller(identity, null);
    }

    public Caller withToken(String token) {
        return new Caller(null, token);
    }

    public Caller anonymous() {
        return new Caller(null, null);
    }

    public int port() {
        return server.port();
    }

    public URI webSocketUri(String path) {
        return URI.create("wss://127.0.0.1:" + port() + path);
    }

    /// Makes a namespace with its default service account, as the controllers would.
    public String namespace(String name) {
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + name + "\"}}");
        admin.post("/api/v1/namespaces/" + name + "/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        return "/api/v1/namespaces/" + name;
    }

    /// When this returns, plugins and everybody else who reads caches see all that has been written: a fresh list waits for them.
    public void settle() {
        admin.get("/api/v1/namespaces?limit=1");
    }

    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain until " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
