package io.moka.proxy.relay;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;

/// Serves TCP node ports at 127.0.0.1. Only programs of this machine can reach that address; pods cannot. Changed by one thread.
public final class LoopbackNodePorts implements AutoCloseable {

    private static final int MOST_CONNECTIONS = 1_024;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /// A random one of the endpoints that the node itself uses.
    private static final class AnyEndpoint implements Choice {

        private volatile List<Endpoint> endpoints = List.of();

        @Override
        public List<Endpoint> order(InetAddress client) {
            var order = new ArrayList<>(endpoints);
            Collections.shuffle(order);
            return order;
        }

        @Override
        public void answered(InetAddress client, Endpoint endpoint) {
        }

        @Override
        public boolean admits(Endpoint endpoint) {
            return endpoints.contains(endpoint);
        }
    }

    private record Relay(ObjectKey owner, AnyEndpoint choice, TcpRelay socket) {
    }

    private final Map<Integer, Relay> relays = new HashMap<>();
    private final Map<Integer, ObjectKey> taken = new HashMap<>();
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    private final BiConsumer<ObjectKey, String> failures;

    /// @param failures gets each service whose port is not available, with the reason, once
    public LoopbackNodePorts(BiConsumer<ObjectKey, String> failures) {
        this.failures = failures;
    }

    /// Serves the node ports of these fronts, which are all that the service has now. A front without endpoints is not listened at, so connections are refused.
    public void set(ObjectKey service, Map<Front, Backends> fronts) {
        var wanted = new HashMap<Integer, Backends>();
        fronts.forEach((front, backends) -> {
            if (front instanceof Front.NodePort(var family, var protocol, var port) && family == IpFamily.IPV4 && protocol.equals("tcp")
                    && !backends.endpointsFor(front, true).isEmpty()) {
                wanted.put(port, backends);
            }
        });
        relays.entrySet().removeIf(entry -> entry.getValue().owner.equals(service) && !wanted.containsKey(entry.getKey()) && closed(entry.getValue()));
        taken.entrySet().removeIf(entry -> entry.getValue().equals(service) && !wanted.containsKey(entry.getKey()));
        wanted.forEach((port, backends) -> serve(service, port, backends.local() ? backends.everywhere() : backends.endpoints()));
    }

    private static boolean closed(Relay relay) {
        relay.socket.close();
        return true;
    }

    private void serve(ObjectKey service, int port, List<Endpoint> endpoints) {
        var relay = relays.get(port);
        if (relay == null) {
            var choice = new AnyEndpoint();
            try {
                relay = new Relay(service, choice, TcpRelay.open(LOOPBACK, port, choice, places));
                relays.put(port, relay);
                taken.remove(port);
            } catch (IOException e) {
                if (!service.equals(taken.put(port, service))) {
                    failures.accept(service, "127.0.0.1:" + port + " is not served: " + e.getMessage());
                }
                return;
            }
        }
        relay.choice.endpoints = endpoints;
    }

    /// Ends what belongs to services that are not among these.
    public void retain(Set<ObjectKey> services) {
        relays.values().removeIf(relay -> !services.contains(relay.owner) && closed(relay));
        taken.values().removeIf(owner -> !services.contains(owner));
    }

    @Override
    public void close() {
        retain(Set.of());
    }
}
