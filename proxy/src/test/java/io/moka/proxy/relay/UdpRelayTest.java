package io.moka.proxy.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.proxy.model.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A relay between a client and an endpoint, all on loopback.
class UdpRelayTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int LARGEST = 100;

    private DatagramSocket endpoint;
    private DatagramSocket client;

    @BeforeEach
    void open() throws IOException {
        endpoint = new DatagramSocket(0, LOOPBACK);
        client = new DatagramSocket(0, LOOPBACK);
    }

    @AfterEach
    void close() {
        endpoint.close();
        client.close();
    }

    /// Has one endpoint; while it is faulty, each question is a defect.
    private final class OneEndpoint implements Choice {

        private volatile boolean faulty;

        @Override
        public List<Endpoint> order(InetAddress asking) {
            if (faulty) {
                throw new IllegalStateException("a defect");
            }
            return List.of(new Endpoint("127.0.0.1", endpoint.getLocalPort()));
        }

        @Override
        public void answered(InetAddress asking, Endpoint answering) {
            order(asking);
        }

        @Override
        public boolean admits(Endpoint known) {
            return true;
        }
    }

    private static void send(DatagramSocket from, int port, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
    }

    private static DatagramPacket receive(DatagramSocket at, int patienceMillis) throws IOException {
        at.setSoTimeout(patienceMillis);
        var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        at.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    @Test
    void aFailureConcernsOneDatagramAlone() throws IOException {
        var choice = new OneEndpoint();
        try (var relay = UdpRelay.open(LOOPBACK, choice)) {
            choice.faulty = true;
            send(client, relay.port(), "lost");
            assertThrows(SocketTimeoutException.class, () -> receive(endpoint, 200));
            choice.faulty = false;
            send(client, relay.port(), "question");
            var question = receive(endpoint, 10_000);
            assertEquals("question", text(question));

            send(endpoint, question.getPort(), "answer");
            assertEquals("answer", text(receive(client, 10_000)));
        }
    }

    /// The flow of an answer that cannot be passed on ends; the client's next datagram begins another one.
    @Test
    void aFailureOfAnAnswerEndsItsFlowAlone() throws IOException {
        var choice = new OneEndpoint();
        try (var relay = UdpRelay.open(LOOPBACK, choice)) {
            send(client, relay.port(), "question");
            var first = receive(endpoint, 10_000);
            choice.faulty = true;
            send(endpoint, first.getPort(), "lost");
            assertThrows(SocketTimeoutException.class, () -> receive(client, 200));
            choice.faulty = false;

            send(client, relay.port(), "again");
            send(endpoint, receive(endpoint, 10_000).getPort(), "answer");
            assertEquals("answer", text(receive(client, 10_000)));
        }
    }
}
