package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the ports of this node's own addresses at which services are reached from outside, so that a service takes no port from a process of the node, nor a
/// process one from a service. Used by the thread `proxy-loop` alone.
///
/// A port is held by a socket that is never read: the rules lead packets elsewhere before they reach it. A front whose port a process uses is left out, an
/// event names the process, and the port is tried again every half a minute.
final class PortClaims implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PortClaims.class);
    private static final Duration RETRY = Duration.ofSeconds(20);

    private record Claim(ObjectKey owner, Closeable socket) {
    }

    private final BiConsumer<ObjectKey, String> failures;
    private final InstantSource clock;
    private final Map<Front, Claim> claims = new HashMap<>();
    // the services that lack a front, with the reported reason; the time of the next attempt
    private final Map<ObjectKey, Map<Front, String>> taken = new HashMap<>();
    private Instant retryAt = Instant.MIN;

    /// @param failures gets each port that a service cannot have, with its present user, once
    PortClaims(BiConsumer<ObjectKey, String> failures, InstantSource clock) {
        this.failures = failures;
        this.clock = clock;
    }

    /// The fronts without those whose ports cannot be had. They are all that the service wants now.
    Map<Front, Backends> admit(ObjectKey service, Map<Front, Backends> wanted) {
        claims.entrySet().removeIf(entry -> entry.getValue().owner.equals(service) && !wanted.containsKey(entry.getKey()) && closed(entry.getValue()));
        var before = taken.remove(service);
        var admitted = new LinkedHashMap<>(wanted);
        for (var front : wanted.keySet()) {
            if (front instanceof Front.ExternalAddress external && !claims.containsKey(front) && isLocal(external.address())) {
                var problem = claim(service, external);
                if (!problem.isEmpty()) {
                    admitted.remove(front);
                    taken.computeIfAbsent(service, first -> new HashMap<>()).put(front, problem);
                    if (before == null || !problem.equals(before.get(front))) {
                        failures.accept(service, problem);
                    }
                    retryAt = clock.instant().plus(RETRY);
                }
            }
        }
        return admitted;
    }

    private static boolean isLocal(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /// Binds the port; why not, or nothing.
    private String claim(ObjectKey service, Front.ExternalAddress front) {
        var address = new InetSocketAddress(InetAddress.ofLiteral(front.address()), front.port());
        try {
            switch (front.protocol()) {
                case "tcp" -> {
                    var socket = new ServerSocket();
                    claims.put(front, new Claim(service, socket));
                    socket.setReuseAddress(false);
                    socket.bind(address, 1);
                }
                case "udp" -> {
                    var socket = new DatagramSocket(null);
                    claims.put(front, new Claim(service, socket));
                    socket.setReuseAddress(false);
                    socket.bind(address);
                }
                default -> {
                }
            }
            return "";
        } catch (IOException e) {
            var failed = claims.remove(front);
            if (failed != null) {
                closed(failed);
            }
            return "port " + front.port() + "/" + front.protocol() + " of " + front.address() + " is taken by " + PortOwner.of(front.protocol(), front.port());
        }
    }

    private static boolean closed(Claim claim) {
        try {
            claim.socket.close();
        } catch (IOException e) {
            log.warn("a held port could not be given up: {}", e.getMessage());
        }
        return true;
    }

    /// The services to be tried again now.
    List<ObjectKey> due() {
        return taken.isEmpty() || clock.instant().isBefore(retryAt) ? List.of() : List.copyOf(taken.keySet());
    }

    /// Gives up what belongs to services that are not among these.
    void retain(Set<ObjectKey> services) {
        claims.values().removeIf(claim -> !services.contains(claim.owner) && closed(claim));
        taken.keySet().retainAll(services);
    }

    @Override
    public void close() {
        retain(Set.of());
    }
}
