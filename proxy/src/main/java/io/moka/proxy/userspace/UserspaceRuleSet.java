package io.moka.proxy.userspace;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.nftables.NftablesRuleSet;
import io.moka.proxy.relay.TcpRelay;
import io.moka.proxy.relay.UdpRelay;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves each front by a relay, to which rules of mode nftables lead the front's packets.
public final class UserspaceRuleSet implements RuleSet {

    private static final Logger log = LoggerFactory.getLogger(UserspaceRuleSet.class);
    private static final int MOST_CONNECTIONS = 4_096;
    private static final int ANY_PORT = 9;

    private record Relay(Balancer balancer, int port, AutoCloseable socket) {
    }

    private final ClusterNetwork network;
    private final NftablesRuleSet rules;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

    // the proxy loop's thread alone
    private final Map<ObjectKey, Map<Front, Relay>> relays = new HashMap<>();
    private InetAddress address = InetAddress.getLoopbackAddress();

    /// @param rules an empty rule set of its own, for the same network
    public UserspaceRuleSet(ClusterNetwork network, NftablesRuleSet rules) {
        this.network = network;
        this.rules = rules;
    }

    @Override
    public void nodePortsOn(List<String> ranges) {
        rules.nodePortsOn(ranges);
    }

    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var current = nodeAddress();
        if (!current.equals(address)) {
            closeAll();
            address = current;
        }
        var led = lead(services);
        rules.replaceAll(led);
        services.forEach(this::balance);
        for (var service : Set.copyOf(relays.keySet())) {
            closeUnused(service, services.getOrDefault(service, Map.of()));
        }
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        rules.update(lead(services));
        services.forEach(this::balance);
        services.forEach(this::closeUnused);
    }

    /// Tells the relays of their endpoints, once the rules are in the kernel.
    private void balance(ObjectKey service, Map<Front, Backends> fronts) {
        relays.getOrDefault(service, Map.of()).forEach((front, relay) -> {
            var backends = fronts.get(front);
            if (backends != null) {
                relay.balancer.set(backends);
            }
        });
    }

    /// The source address that this node has towards services; pods reach it, too.
    private InetAddress nodeAddress() throws IOException {
        if (network.services().isEmpty()) {
            throw new IOException("mode userspace needs a range of services of the family " + network.family().addressType());
        }
        var towards = network.services().getFirst();
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(towards.substring(0, towards.indexOf('/')), ANY_PORT));
            return socket.getLocalAddress();
        }
    }

    /// Opens the relays that are missing, and returns the same fronts with their relays as endpoints.
    private Map<ObjectKey, Map<Front, Backends>> lead(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var led = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (var service : services.entrySet()) {
            var fronts = new LinkedHashMap<Front, Backends>();
            for (var entry : service.getValue().entrySet()) {
                fronts.put(entry.getKey(), lead(service.getKey(), entry.getKey(), entry.getValue()));
            }
            led.put(service.getKey(), fronts);
        }
        return led;
    }

    private Backends lead(ObjectKey service, Front front, Backends backends) throws IOException {
        boolean used = !backends.endpoints().isEmpty() || !backends.endpointsFor(front, true).isEmpty();
        var here = used && isRelayed(front) ? List.of(relay(service, front, backends)) : List.<Endpoint>of();
        return new Backends(backends.port(), backends.endpoints().isEmpty() ? List.of() : here,
                backends.dropsUnserved() && here.isEmpty() ? backends.everywhere() : backends.everywhere().isEmpty() ? List.of() : here, 0, backends.local(), backends.sources());
    }

    private static boolean isRelayed(Front front) {
        return front.protocol().equals("tcp") || front.protocol().equals("udp");
    }

    private Endpoint relay(ObjectKey service, Front front, Backends backends) throws IOException {
        var mine = relays.computeIfAbsent(service, _ -> new HashMap<>());
        var relay = mine.get(front);
        if (relay == null) {
            var balancer = new Balancer(front, network.pods(), backends);
            if (front.protocol().equals("udp")) {
                var socket = UdpRelay.open(address, balancer);
                relay = new Relay(balancer, socket.port(), socket);
            } else {
                var socket = TcpRelay.open(address, 0, balancer, places);
                relay = new Relay(balancer, socket.port(), socket);
            }
            mine.put(front, relay);
        }
        return new Endpoint(address.getHostAddress(), relay.port);
    }

    private void closeUnused(ObjectKey service, Map<Front, Backends> wanted) {
        var mine = relays.getOrDefault(service, Map.of());
        for (var front : new HashSet<>(mine.keySet())) {
            var backends = wanted.get(front);
            if (backends == null || backends.endpoints().isEmpty() && backends.endpointsFor(front, true).isEmpty()) {
                close(mine.remove(front));
            }
        }
        if (mine.isEmpty()) {
            relays.remove(service);
        }
    }

    private static void close(Relay relay) {
        try {
            relay.socket.close();
        } catch (Exception e) {
            log.warn("closing the relay at port {}", relay.port, e);
        }
    }

    private void closeAll() {
        relays.values().forEach(mine -> mine.values().forEach(UserspaceRuleSet::close));
        relays.clear();
    }

    @Override
    public void settle() throws IOException {
        rules.settle();
    }

    /// A node that has another address now needs all relays anew.
    @Override
    public boolean isIntact() throws IOException {
        return nodeAddress().equals(address) && rules.isIntact();
    }

    @Override
    public String describe(Front front) {
        var text = new StringBuilder(rules.describe(front));
        relays.forEach((_, mine) -> {
            var relay = mine.get(front);
            if (relay != null) {
                text.append("  relay of this process at %s: hands on to one of %s%n".formatted(new Endpoint(address.getHostAddress(), relay.port), relay.balancer));
            }
        });
        return text.toString();
    }

    @Override
    public List<String> held(Front front) throws IOException {
        return rules.held(front);
    }

    @Override
    public void remove() throws IOException {
        rules.remove();
        closeAll();
    }
}
