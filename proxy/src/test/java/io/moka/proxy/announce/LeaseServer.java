package io.moka.proxy.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import io.moka.machinery.testing.ScriptedServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/// Serves the leases of `kube-system` as an apiserver does: lists, watches, and writes that need the present resource version.
final class LeaseServer implements AutoCloseable {

    private final ScriptedServer server = new ScriptedServer(this::answer);
    private final List<BlockingQueue<String[]>> watches = new CopyOnWriteArrayList<>();
    // guarded by this: leases by name
    private final Map<String, ObjectNode> leases = new TreeMap<>();
    private int revision = 100;

    LeaseServer() throws IOException {
    }

    int port() {
        return server.port();
    }

    /// The holder of a lease; empty where there is none.
    synchronized String holder(String name) {
        var lease = leases.get(name);
        return lease == null ? "" : lease.at("/spec/holderIdentity").asText();
    }

    /// The duration of a lease; 0 where there is none.
    synchronized int seconds(String name) {
        var lease = leases.get(name);
        return lease == null ? 0 : lease.at("/spec/leaseDurationSeconds").asInt();
    }

    private void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws Exception {
        if (request.isWatch()) {
            watch(request, reply);
            return;
        }
        synchronized (this) {
            var name = request.path().substring(request.path().lastIndexOf('/') + 1);
            switch (request.method()) {
                case "GET" -> {
                    if (name.equals("leases")) {
                        reply.json(200, "{\"metadata\":{\"resourceVersion\":\"%d\"},\"items\":[%s]}".formatted(revision,
                                String.join(",", leases.values().stream().map(Object::toString).toList())));
                    } else if (leases.containsKey(name)) {
                        reply.json(200, leases.get(name).toString());
                    } else {
                        reply.status(404, "NotFound", name + " not found");
                    }
                }
                case "POST" -> {
                    var lease = (ObjectNode) Json.mapper().readTree(request.body());
                    var created = lease.at("/metadata/name").asText();
                    if (leases.containsKey(created)) {
                        reply.status(409, "AlreadyExists", created + " already exists");
                    } else {
                        store(created, lease, "ADDED", reply);
                    }
                }
                case "PUT" -> {
                    var lease = (ObjectNode) Json.mapper().readTree(request.body());
                    var known = leases.get(name);
                    if (known == null) {
                        reply.status(404, "NotFound", name + " not found");
                    } else if (!known.at("/metadata/resourceVersion").equals(lease.at("/metadata/resourceVersion"))) {
                        reply.status(409, "Conflict", "changed");
                    } else {
                        store(name, lease, "MODIFIED", reply);
                    }
                }
                default -> throw new IOException(request.method());
            }
        }
    }

    private void store(String name, ObjectNode lease, String event, ScriptedServer.Reply reply) throws IOException {
        ((ObjectNode) lease.get("metadata")).put("resourceVersion", Integer.toString(++revision));
        leases.put(name, lease);
        watches.forEach(watch -> watch.add(new String[] {event, lease.toString()}));
        reply.json(200, lease.toString());
    }

    private void watch(ScriptedServer.Request request, ScriptedServer.Reply reply) throws Exception {
        var events = new LinkedBlockingQueue<String[]>();
        synchronized (this) {
            int from = Integer.parseInt(request.query().getOrDefault("resourceVersion", "0"));
            leases.values().stream().filter(lease -> lease.at("/metadata/resourceVersion").asInt() > from).forEach(lease -> events.add(new String[] {"MODIFIED", lease.toString()}));
            watches.add(events);
        }
        try {
            reply.begin();
            while (true) {
                var event = events.take();
                reply.event(event[0], event[1]);
            }
        } finally {
            watches.remove(events);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
