package io.moka.controllers.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/// A server whose objects change as they are written, while the informers' caches change only when the test says so: [#publish]. So a test
/// makes a reconciler see the world as it was, in each order.
public final class TestApi implements AutoCloseable {

    /// Refuses a write by answering it; false lets it through.
    public interface Refusal {
        boolean refuses(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException;
    }

    private record Change(String type, ObjectNode object) {
    }

    private final ScriptedServer server = new ScriptedServer(this::answer);
    private final ApiClient client = server.client();
    private final Informers informers = new Informers(client);
    private final VirtualTime time = new VirtualTime();
    private final List<EventRecorder> recorders = new CopyOnWriteArrayList<>();
    private final Map<String, BlockingQueue<Change>> watches = new ConcurrentHashMap<>();
    private volatile Refusal refusal = (request, reply) -> false;

    // guarded by this: texts by path
    private final Map<String, String> documents = new TreeMap<>();

    // guarded by this: the objects by path
    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private int revision = 100;

    public TestApi() throws IOException {
    }

    public ControllerContext context() {
        return new ControllerContext(client, informers, component -> {
            var recorder = new EventRecorder(client, component, null, time);
            recorders.add(recorder);
            return recorder;
        }, time);
    }

    public ApiClient client() {
        return client;
    }

    public VirtualTime time() {
        return time;
    }

    public void refuse(Refusal other) {
        refusal = other;
    }

    /// Puts an object on the server; no cache shows it before it is published.
    public synchronized <T extends HasMetadata> void put(T object) {
        var tree = (ObjectNode) Json.tree(object);
        ((ObjectNode) tree.get("metadata")).put("resourceVersion", Integer.toString(++revision));
        objects.put(path(object), tree);
    }

    public synchronized <T extends HasMetadata> void remove(T object) {
        objects.remove(path(object));
    }

    public synchronized JsonNode get(HasMetadata object) {
        var found = objects.get(path(object));
        return found == null ? Json.mapper().missingNode() : found.deepCopy();
    }

    @SuppressWarnings("unchecked")
    private static String path(HasMetadata object) {
        var namespace = object.getMetadata().getNamespace();
        return ResourceType.of((Class<HasMetadata>) object.getClass()).path(namespace == null ? "" : namespace, object.getMetadata().getName());
    }

    /// Answers a GET of this path with this text.
    public synchronized void document(String path, String json) {
        documents.put(path, json);
    }

    /// Lists what is there now and waits for the caches to show it.
    public void start() throws InterruptedException {
        informers.start();
        informers.awaitSync();
    }

    /// The caches of this kind get to know how the object is on the server; the caller awaits it.
    public synchronized void publish(HasMetadata object) {
        var path = path(object);
        var now = objects.get(path);
        var gone = (ObjectNode) Json.tree(object);
        ((ObjectNode) gone.get("metadata")).put("resourceVersion", Integer.toString(++revision));
        changes(plural(path, true)).add(now == null ? new Change("DELETED", gone) : new Change("MODIFIED", now.deepCopy()));
    }

    private BlockingQueue<Change> changes(String plural) {
        return watches.computeIfAbsent(plural, name -> new LinkedBlockingQueue<>());
    }

    private static String plural(String path, boolean named) {
        var parts = path.split("/");
        return parts[parts.length - (named ? 2 : 1)];
    }

    /// All writes so far but those of events: `PUT /path`.
    public List<String> writes() {
        return server.requests().stream().filter(request -> !request.method().equals("GET") && !request.path().endsWith("/events") && !request.path().contains("/events/"))
                .map(request -> request.method() + " " + request.path()).toList();
    }

    public List<ScriptedServer.Request> requests() {
        return server.requests();
    }

    private void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws Exception {
        if (request.isWatch()) {
            reply.begin();
            for (var changes = changes(plural(request.path(), false)); ; ) {
                var change = changes.take();
                reply.event(change.type, change.object.toString());
            }
        } else if (!request.method().equals("GET") && refusal.refuses(request, reply)) {
            return;
        }
        synchronized (this) {
            switch (request.method()) {
                case "GET" -> read(request, reply);
                case "POST" -> create(request, reply);
                case "DELETE" -> delete(request, reply);
                default -> change(request, reply);
            }
        }
    }

    private void read(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        var found = objects.get(request.path());
        boolean list = ResourceLists.isList(request.path());
        if (documents.containsKey(request.path())) {
            reply.json(200, documents.get(request.path()));
        } else if (found != null) {
            reply.json(200, found.toString());
        } else if (list) {
            var items = objects.entrySet().stream().filter(entry -> ResourceLists.holds(request.path(), entry.getKey())).map(entry -> entry.getValue().toString()).toList();
            reply.json(200, "{\"metadata\":{\"resourceVersion\":\"%d\"},\"items\":[%s]}".formatted(revision, String.join(",", items)));
        } else {
            reply.status(404, "NotFound", request.path() + " not found");
        }
    }

    private void create(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        var object = (ObjectNode) Json.mapper().readTree(request.body());
        var metadata = (ObjectNode) object.get("metadata");
        metadata.put("resourceVersion", Integer.toString(++revision)).put("uid", "uid-" + revision);
        if (metadata.path("name").asText().isEmpty()) {
            metadata.put("name", metadata.path("generateName").asText() + revision);
        }
        objects.put(request.path() + "/" + metadata.path("name").asText(), object);
        reply.json(201, object.toString());
    }

    private void delete(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        var found = objects.get(request.path());
        var uid = Json.mapper().readTree(request.body()).at("/preconditions/uid");
        if (found == null) {
            reply.status(404, "NotFound", "not found");
        } else if (!uid.isMissingNode() && !uid.asText().equals(found.at("/metadata/uid").asText())) {
            reply.status(409, "Conflict", "the UID in the precondition does not match");
        } else {
            objects.remove(request.path());
            reply.json(200, "{\"kind\":\"Status\",\"status\":\"Success\"}");
        }
    }

    private void change(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        var path = request.path().replaceFirst("/status$", "");
        var found = objects.get(path);
        if (found == null) {
            reply.status(404, "NotFound", "not found");
            return;
        }
        var body = (ObjectNode) Json.mapper().readTree(request.body());
        var uid = body.at("/metadata/uid").asText();
        var asked = body.at("/metadata/resourceVersion").asText();
        if (!uid.isEmpty() && !uid.equals(found.at("/metadata/uid").asText()) || !asked.isEmpty() && !asked.equals(found.at("/metadata/resourceVersion").asText())) {
            reply.status(409, "Conflict", "changed");
            return;
        }
        var next = request.method().equals("PUT") ? body : Json.mapper().readerForUpdating(found.deepCopy()).<ObjectNode>readValue(body);
        var metadata = (ObjectNode) found.get("metadata").deepCopy();
        if (body.path("metadata") instanceof ObjectNode given) {
            metadata.setAll(given);
        }
        next.set("metadata", metadata.put("resourceVersion", Integer.toString(++revision)));
        objects.put(path, next);
        reply.json(200, next.toString());
    }

    @Override
    public void close() {
        recorders.forEach(EventRecorder::close);
        informers.close();
        client.close();
        server.close();
    }

    /// Which paths are lists, and of what.
    private static final class ResourceLists {

        private static boolean isList(String path) {
            return !path.matches("(/api/v1|/apis/[^/]+/[^/]+)(/namespaces/[^/]+)?/(?!namespaces/)[^/]+/.+");
        }

        /// A list of all namespaces holds the objects of each.
        private static boolean holds(String list, String object) {
            var bare = object.replaceFirst("/namespaces/[^/]+", "");
            var parent = object.substring(0, object.lastIndexOf('/'));
            return list.equals(parent) || list.equals(bare.substring(0, bare.lastIndexOf('/')));
        }
    }
}
