package io.moka.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Ports at an address of this machine's own, with this process as the other one.
class PortClaimsTest {

    private static final ObjectKey WEB = new ObjectKey("default", "web");
    private static final Backends SOME = new Backends(List.of(), 0, false);
    private final List<String> failures = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final PortClaims claims = new PortClaims((key, reason) -> failures.add(key + ": " + reason), () -> now);

    @AfterEach
    void giveUp() {
        claims.close();
    }

    private static Map<Front, Backends> at(String protocol, int port) {
        return Map.of(new Front.ExternalAddress("127.0.0.1", protocol, port), SOME);
    }

    @Test
    void aPortOfAProcessIsLeftToItAndTheFailureNamesTheProcess() throws IOException {
        try (var process = new ServerSocket(0); var udp = new DatagramSocket(0)) {
            assertEquals(Map.of(), claims.admit(WEB, at("tcp", process.getLocalPort())));
            assertEquals(Map.of(), claims.admit(WEB, at("udp", udp.getLocalPort())));
            var self = "process java (pid " + ProcessHandle.current().pid() + ")";
            assertEquals(List.of("default/web: port " + process.getLocalPort() + "/tcp of 127.0.0.1 is taken by " + self,
                    "default/web: port " + udp.getLocalPort() + "/udp of 127.0.0.1 is taken by " + self), failures);
        }
    }

    @Test
    void aTakenPortIsTriedAgainAndTheFailureToldOnce() throws IOException {
        int port;
        try (var process = new ServerSocket(0)) {
            port = process.getLocalPort();
            claims.admit(WEB, at("tcp", port));
            assertEquals(List.of(), claims.due(), "not before its time");
            now = now.plus(Duration.ofSeconds(30));
            assertEquals(List.of(WEB), claims.due());
            claims.admit(WEB, at("tcp", port));
            assertEquals(1, failures.size());
        }
        assertEquals(at("tcp", port), claims.admit(WEB, at("tcp", port)));
        now = now.plus(Duration.ofSeconds(60));
        assertEquals(List.of(), claims.due());
    }

    @Test
    void aProcessCannotTakeThePortOfAService() throws IOException {
        int port = freePort();
        assertEquals(at("tcp", port), claims.admit(WEB, at("tcp", port)));
        assertThrows(BindException.class, () -> new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close());
        assertEquals(at("tcp", port), claims.admit(WEB, at("tcp", port)), "the service has it already");
        claims.admit(WEB, Map.of());
        new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
        claims.admit(WEB, at("tcp", port));
        claims.retain(Set.of());
        new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void frontsOfOtherAddressesNeedNoPort() {
        Map<Front, Backends> fronts = Map.of(new Front.ExternalAddress("198.51.100.1", "tcp", 80), SOME, new Front.ServiceAddress("10.96.0.5", "tcp", 80), SOME,
                new Front.NodePort("tcp", 30080), SOME, new Front.ExternalAddress("127.0.0.1", "sctp", 80), SOME);
        assertEquals(fronts, claims.admit(WEB, fronts));
        assertTrue(failures.isEmpty());
    }
}
