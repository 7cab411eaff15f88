package io.moka.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/// A server that keeps API objects by their paths, for tests of the commands that read and write some: lists, resource versions and merge patches, but
/// no schemas, no admission and no watches.
final class ObjectServer implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String JSON_TYPE = "application/json";

    private final HttpServer server;
    // guarded by this
    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private BiConsumer<String, ObjectNode> afterWrite = (path, object) -> { };
    private int version = 100;

    ObjectServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /// Writes a kubeconfig that leads here.
    void writeKubeconfig(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: test, context: {cluster: test}}]
                current-context: test
                """.formatted(server.getAddress().getPort()));
    }

    /// @param reaction what another component does about a written object: path and object
    synchronized void afterWrite(BiConsumer<String, ObjectNode> reaction) {
        afterWrite = reaction;
    }

    /// @param text the answer to a GET of a path that is not an object's; empty for the status 503
    synchronized void text(String path, String text) {
        texts.put(path, text);
    }

    synchronized void put(String path, String yaml) throws IOException {
        store(path, (ObjectNode) new YAMLMapper().readTree(yaml));
    }

    synchronized void annotate(String path, String name, String value) {
        var object = objects.get(path);
        ((ObjectNode) object.path("metadata")).withObject("annotations").put(name, value);
        store(path, object);
    }

    synchronized void remove(String path) {
        objects.remove(path);
    }

    synchronized JsonNode get(String path) {
        var object = objects.get(path);
        return object == null ? JSON.missingNode() : object.deepCopy();
    }

    synchronized List<String> paths() {
        return List.copyOf(objects.keySet());
    }

    /// The writing requests in their order, such as `DELETE /api/v1/nodes/n`.
    synchronized List<String> writes() {
        return List.copyOf(calls);
    }

    private void store(String path, ObjectNode object) {
        var metadata = object.withObject("metadata");
        metadata.put("resourceVersion", Integer.toString(++version));
        if (!metadata.has("uid")) {
            metadata.put("uid", UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8)).toString());
        }
        objects.put(path, object);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var path = exchange.getRequestURI().getPath();
        Answer answer;
        synchronized (this) {
            if (!exchange.getRequestMethod().equals("GET")) {
                calls.add(exchange.getRequestMethod() + " " + path);
            }
            answer = switch (exchange.getRequestMethod()) {
                case "GET" -> read(path, exchange.getRequestURI().getQuery());
                case "POST" -> create(path, (ObjectNode) JSON.readTree(body));
                case "PATCH" -> patch(path, (ObjectNode) JSON.readTree(body), exchange.getRequestHeaders().getFirst("Content-Type").contains("apply"));
                case "DELETE" -> objects.remove(path) == null ? Answer.failure(404, "NotFound", path) : new Answer(200, "{}");
                default -> Answer.failure(405, "MethodNotAllowed", path);
            };
        }
        var bytes = answer.text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", JSON_TYPE);
        exchange.sendResponseHeaders(answer.code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private record Answer(int code, String text) {

        static Answer failure(int code, String reason, String path) {
            return new Answer(code, JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1").put("status", "Failure").put("code", code)
                    .put("reason", reason).put("message", path + ": " + reason).toString());
        }
    }

    private Answer read(String path, String query) {
        if (texts.containsKey(path)) {
            return texts.get(path).isEmpty() ? Answer.failure(503, "ServiceUnavailable", path) : new Answer(200, texts.get(path) + "?" + query + "\n");
        }
        var segments = path.replaceFirst("^/(api/[^/]+|apis/[^/]+/[^/]+)/", "").split("/");
        if (segments.length % 2 == 1) {
            return list(path, segments[segments.length - 1], query == null ? "" : query);
        }
        var object = objects.get(path);
        return object == null ? Answer.failure(404, "NotFound", path) : new Answer(200, object.toString());
    }

    private Answer list(String path, String plural, String query) {
        var prefix = path.substring(0, path.length() - plural.length());
        var label = query.startsWith("labelSelector=") ? query.substring("labelSelector=".length()).split("=") : null;
        var list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
        list.putObject("metadata").put("resourceVersion", Integer.toString(version));
        var items = list.putArray("items");
        objects.forEach((key, object) -> {
            var rest = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            boolean listed = rest.matches("(namespaces/[^/]+/)?" + plural + "/[^/]+");
            if (listed && (label == null || object.path("metadata").path("labels").path(label[0]).asText().equals(label[1]))) {
                items.add(object);
            }
        });
        return new Answer(200, list.toString());
    }

    private Answer create(String collection, ObjectNode object) {
        var path = collection + "/" + object.path("metadata").path("name").asText();
        return objects.containsKey(path) ? Answer.failure(409, "AlreadyExists", path) : written(path, object, 201);
    }

    private Answer patch(String path, ObjectNode patch, boolean apply) {
        var old = objects.get(path);
        if (old == null) {
            return apply ? written(path, patch, 201) : Answer.failure(404, "NotFound", path);
        }
        var asked = patch.path("metadata").path("resourceVersion");
        if (!asked.isMissingNode() && !asked.equals(old.path("metadata").path("resourceVersion"))) {
            return Answer.failure(409, "Conflict", path);
        }
        return written(path, merge(old.deepCopy(), patch), 200);
    }

    private static ObjectNode merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                target.remove(entry.getKey());
            } else if (entry.getValue() instanceof ObjectNode inner) {
                merge(target.withObject("/" + entry.getKey().replace("~", "~0").replace("/", "~1")), inner);
            } else {
                target.set(entry.getKey(), entry.getValue());
            }
        });
        return target;
    }

    private Answer written(String path, ObjectNode object, int code) {
        store(path, object);
        var text = object.toString();
        afterWrite.accept(path, object);
        return new Answer(code, text);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
