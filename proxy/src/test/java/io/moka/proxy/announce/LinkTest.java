package io.moka.proxy.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.moka.machinery.testing.Await;
import io.moka.proxy.contract.NetworkNamespace;
import io.moka.proxy.policy.nftables.NamespaceThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A link at one end of a cable; the test sends frames at the other end.
class LinkTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.168.79.50");
    private static final Mac OTHER = new Mac(new byte[] {0x0a, 0, 0, 0, 0, 2});

    private NetworkNamespace namespace;
    private NamespaceThread inside;
    private PacketSocket peer;
    private volatile boolean faulty;

    @BeforeEach
    void connect() throws Exception {
        namespace = new NetworkNamespace();
        namespace.run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far");
        for (var end : List.of("near", "far")) {
            // the JDK sees an interface of a thread's own namespace by its IPv4 address alone
            namespace.run("ip", "addr", "add", end.equals("near") ? "192.168.79.1/24" : "192.168.79.2/24", "dev", end);
            namespace.run("ip", "link", "set", end, "up");
        }
        inside = new NamespaceThread(namespace.name());
        peer = inside.run(() -> PacketSocket.open(NetworkInterface.getByName("far").getIndex(), PacketSocket.ARP));
    }

    @AfterEach
    void disconnect() throws Exception {
        peer.close();
        inside.close();
        namespace.close();
    }

    private Link link() throws Exception {
        return inside.run(() -> new Link(NetworkInterface.getByName("near"), new ArpMessages(), () -> {
            if (faulty) {
                throw new IllegalStateException("a defect");
            }
            return true;
        }));
    }

    private boolean answers() {
        try {
            peer.send(new ArpMessages().probe(ADDRESS, OTHER));
            var frame = peer.receive();
            return frame != null && Arrays.equals(OTHER.bytes(), Arrays.copyOf(frame, Mac.LENGTH));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLinkWhoseThreadHasFailedIsBroken() throws Exception {
        try (var link = link()) {
            link.watch(ADDRESS);
            link.answer(ADDRESS);
            Await.until("the link answers", this::answers);
            assertFalse(link.isBroken());

            faulty = true;
            peer.send(new ArpMessages().probe(ADDRESS, OTHER));
            Await.until("the link is broken", link::isBroken);
        }
    }

    @Test
    void aLinkThatIsClosedIsNotBroken() throws Exception {
        var link = link();
        link.close();
        assertEquals("near", link.device());
        assertFalse(link.isBroken());
    }
}
