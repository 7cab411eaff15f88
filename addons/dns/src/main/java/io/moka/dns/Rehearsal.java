package io.moka.dns;

import io.moka.machinery.time.Sleeper;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Sends this server typical queries during the training run, so that the class archive (CDS) contains the classes that it needs.
final class Rehearsal {

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int PAUSES = 3_000;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int RECEIVE_BYTES = 4096;

    private final String domain;
    private final InetSocketAddress server;
    private final int statusPort;

    Rehearsal(String domain, InetSocketAddress server, int statusPort) {
        this.domain = domain;
        this.server = server;
        this.statusPort = statusPort;
    }

    /// @throws IOException when the informers have not synced within a minute
    void run(BooleanSupplier synced) throws IOException, InterruptedException {
        for (int i = 0; !synced.getAsBoolean(); i++) {
            if (i == PAUSES) {
                throw new IOException("the cluster's objects have not become known");
            }
            Sleeper.SYSTEM.sleep(PAUSE);
        }
        for (var question : List.of("kubernetes.default.svc.%s A", "kubernetes.default.svc.%s AAAA", "_https._tcp.kubernetes.default.svc.%s SRV", "none.default.svc.%s A",
                "10-0-0-1.default.pod.%s A", "dns-version.%s TXT", "%s SOA", "1.0.0.10.in-addr.arpa PTR")) {
            var words = question.formatted(domain).split(" ");
            var query = Message.newQuery(Record.newRecord(Name.fromString(words[0], Name.root), Type.value(words[1]), DClass.IN)).toWire(RECEIVE_BYTES);
            byDatagram(query);
            byTcp(query);
        }
        for (var path : List.of("ready", "metrics")) {
            try (var in = URI.create("http://" + server.getAddress().getHostAddress() + ":" + statusPort + "/" + path).toURL().openStream()) {
                in.readAllBytes();
            }
        }
    }

    private void byDatagram(byte[] query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(server);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(query, query.length));
            socket.receive(new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES));
        }
    }

    private void byTcp(byte[] query) throws IOException {
        try (var socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(ByteBuffer.allocate(2 + query.length).putShort((short) query.length).put(query).array());
            var in = new DataInputStream(socket.getInputStream());
            in.readNBytes(in.readUnsignedShort());
        }
    }
}
