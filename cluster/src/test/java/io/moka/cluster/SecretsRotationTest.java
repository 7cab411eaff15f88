package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The steps of `moka secrets rotate`, with an apiserver and an etcd that keep the secrets in one map and encrypt with the newest key of the file.
class SecretsRotationTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PREFIX = "/registry/secrets/";
    /// More than one page of the answers of etcd.
    private static final int SECRETS = 104;

    @TempDir
    private Path folder;

    private final TreeMap<String, String> stored = new TreeMap<>();
    private final Set<String> conflicts = new TreeSet<>();
    private final Set<String> refused = new TreeSet<>();
    private HttpsServer apiserver;
    private HttpsServer etcd;
    private ClusterFolder cluster;
    private EncryptionKeys keys;

    @BeforeEach
    void begin() throws IOException {
        apiserver = ClusterFolder.bind();
        etcd = ClusterFolder.bind();
        int closed = ClusterFolder.CLOSED;
        var ports = new Ports(ClusterFolder.port(etcd), closed, ClusterFolder.port(apiserver), closed, closed, closed, closed);
        cluster = ClusterFolder.make(folder, ClusterFolder.settings(ports));
        keys = new EncryptionKeys(cluster.layout(), () -> Instant.parse("2026-01-01T00:00:00Z"));
        keys.ensure(false);
        Files.createDirectories(cluster.layout().run());
        cluster.start(apiserver, "apiserver", this::secret);
        cluster.start(etcd, "etcd/server", this::range);
    }

    @AfterEach
    void close() {
        apiserver.stop(0);
        etcd.stop(0);
    }

    private String encrypted(String secret) throws IOException {
        return EncryptionKeys.PREFIX + keys.read().newest().name() + ":" + secret;
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /// The apiserver's part: `/api/v1/namespaces/<namespace>/secrets[/<name>]`.
    private synchronized void secret(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var path = exchange.getRequestURI().getPath().split("/");
        var name = path.length > 6 ? path[6] : JSON.readTree(body).path("metadata").path("name").asText();
        var key = PREFIX + path[4] + "/" + name;
        if (refused.contains(name) && exchange.getRequestMethod().equals("PUT")) {
            answer(exchange, 403, "an admission policy forbids it");
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                int code = stored.putIfAbsent(key, encrypted(name)) == null ? 201 : 409;
                answer(exchange, code, "{}");
            }
            case "GET" -> answer(exchange, stored.containsKey(key) ? 200 : 404, "secret " + name);
            case "PUT" -> {
                boolean conflict = conflicts.remove(name);
                if (!conflict) {
                    assertEquals("secret " + name, new String(body, StandardCharsets.UTF_8), "it is written as it was read");
                    stored.put(key, encrypted(name));
                }
                answer(exchange, conflict ? 409 : 200, "{}");
            }
            case "DELETE" -> answer(exchange, stored.remove(key) == null ? 404 : 200, "{}");
            default -> answer(exchange, 405, "");
        }
    }

    /// The part of etcd: a range of keys, a page at a time.
    private synchronized void range(HttpExchange exchange) throws IOException {
        JsonNode question = JSON.readTree(exchange.getRequestBody().readAllBytes());
        var found = stored.subMap(decode(question.path("key")), decode(question.path("range_end")));
        var answer = JSON.createObjectNode().put("more", found.size() > question.path("limit").asInt());
        var entries = answer.putArray("kvs");
        found.entrySet().stream().limit(question.path("limit").asInt())
                .forEach(entry -> entries.addObject().put("key", encode(entry.getKey())).put("value", encode(entry.getValue())));
        answer(exchange, 200, answer.toString());
    }

    private static String decode(JsonNode node) {
        return new String(Base64.getDecoder().decode(node.asText()), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private CommandRun rotate() {
        return cluster.moka("secrets", "rotate");
    }

    /// The first attempt is refused one secret and leaves both keys; the second writes the rest, of which one was changed meanwhile.
    @Test
    void everySecretIsWrittenAgainBeforeTheOldKeyIsDropped() throws IOException {
        var old = keys.read().newest();
        for (int i = 0; i < SECRETS; i++) {
            stored.put(PREFIX + (i % 2 == 0 ? "shop/s" : "home/s") + i, encrypted("s" + i));
        }
        stored.put("/registry/secretsother/x", "another resource");
        refused.add("s70");
        var first = rotate();
        assertEquals(new CommandRun(1, "", "moka: cannot write /api/v1/namespaces/shop/secrets/s70 again: an admission policy forbids it; both keys stay\n"), first);
        assertEquals(2, keys.read().keys().size());
        assertEquals(old, keys.read().keys().getLast(), "what is not written again can still be read");
        var begun = keys.read().newest();

        refused.clear();
        conflicts.add("s70");
        long remaining = stored.values().stream().filter(value -> value.startsWith(EncryptionKeys.PREFIX + old.name() + ":")).count();
        assertTrue(remaining > 0 && remaining < SECRETS, remaining + " are left");
        assertEquals(new CommandRun(0, remaining + " secrets are encrypted with a new key; the old one is gone\n", ""), rotate());
        assertEquals(List.of(begun), keys.read().keys(), "the second attempt made no third key");
        assertEquals("another resource", stored.remove("/registry/secretsother/x"));
        assertEquals(SECRETS, stored.size(), "the secret that shows which key the apiserver uses is gone");
        stored.values().forEach(value -> assertTrue(value.startsWith(EncryptionKeys.PREFIX + begun.name() + ":"), value));
    }

    @Test
    void anApiserverThatMakesNoSecretLeavesBothKeys() throws IOException {
        apiserver.removeContext("/");
        apiserver.createContext("/", exchange -> answer(exchange, 403, "no"));
        assertEquals("moka: the apiserver refuses: no\n", rotate().err());
        assertEquals(2, keys.read().keys().size());
    }
}
