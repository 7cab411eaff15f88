package io.moka.proxy.policy.nftables;

import io.moka.proxy.policy.model.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tries many connections at once, each a real one: TCP connects, UDP is echoed, of SCTP the first packet is sent.
final class Prober implements AutoCloseable {

    /// A connection to try.
    record Flow(String from, String to, String source, String destination, Protocol protocol, int port) {
        @Override
        public String toString() {
            return from + " > " + to + " " + protocol + "/" + port + " (" + destination + ")";
        }
    }

    /// @param passed flows whose destination answered, or for SCTP was reached
    /// @param onlyThere flows of UDP that reached their destination, from where no answer came back
    record Outcome(Set<Flow> passed, Set<Flow> onlyThere) {
    }

    private static final List<Integer> PORTS = List.of(80, 81);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /// How long after the last expected packet one that is forbidden would have arrived.
    private static final Duration AFTERMATH = Duration.ofMillis(20);
    private static final int FIRST_SCTP_PORT = 20_000;

    private record Server(DatagramChannel echo) {
    }

    private record Client(DatagramChannel udp) {
    }

    private final PodNetwork network;
    private final Selector selector = Selector.open();
    private final Map<String, DatagramChannel> udpClients = new HashMap<>();
    private final Map<String, SctpSocket> sctp = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private int round;

    // of the round
    private List<Flow> flows = List.of();
    private final Set<Flow> passed = new HashSet<>();
    private final Set<Flow> arrived = new HashSet<>();

    Prober(PodNetwork network, List<String> pods) throws Exception {
        this.network = network;
        for (var pod : pods) {
            network.inside(pod).run(() -> {
                openAll(pod);
                return true;
            });
        }
    }

    private void openAll(String pod) throws IOException {
        for (int port : PORTS) {
            var tcp = ServerSocketChannel.open().bind(new InetSocketAddress(port), 200);
            tcp.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            open.add(tcp);
            var udp = DatagramChannel.open().bind(new InetSocketAddress(port));
            udp.configureBlocking(false).register(selector, SelectionKey.OP_READ, new Server(udp));
            open.add(udp);
        }
        var client = DatagramChannel.open().bind(new InetSocketAddress(0));
        client.configureBlocking(false).register(selector, SelectionKey.OP_READ, new Client(client));
        open.add(client);
        udpClients.put(pod, client);
        var raw = new SctpSocket();
        open.add(raw);
        sctp.put(pod, raw);
    }

    /// Tries all flows; ends when as many as expected have passed and no other comes after them.
    Outcome tryAll(List<Flow> wanted, long expected) throws Exception {
        round++;
        flows = wanted;
        passed.clear();
        arrived.clear();
        var connections = start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long end = 0;
        while (System.nanoTime() < (end == 0 ? deadline : end)) {
            selector.select(this::handle, 2);
            receiveSctp();
            if (end == 0 && passed.size() >= expected) {
                end = System.nanoTime() + AFTERMATH.toNanos();
            }
        }
        for (var connection : connections) {
            connection.setOption(StandardSocketOptions.SO_LINGER, 0).close();
        }
        selector.selectNow(this::handle);
        arrived.removeAll(passed);
        return new Outcome(Set.copyOf(passed), Set.copyOf(arrived));
    }

    private List<SocketChannel> start() throws Exception {
        var connections = new ArrayList<SocketChannel>();
        var byPod = new HashMap<String, List<Integer>>();
        for (int i = 0; i < flows.size(); i++) {
            byPod.computeIfAbsent(flows.get(i).from, pod -> new ArrayList<>()).add(i);
        }
        for (var entry : byPod.entrySet()) {
            connections.addAll(network.inside(entry.getKey()).run(() -> {
                var opened = new ArrayList<SocketChannel>();
                for (int index : entry.getValue()) {
                    start(index, opened);
                }
                return opened;
            }));
        }
        return connections;
    }

    private void start(int index, List<SocketChannel> opened) throws IOException {
        var flow = flows.get(index);
        switch (flow.protocol) {
            case TCP -> {
                var channel = SocketChannel.open();
                channel.configureBlocking(false);
                opened.add(channel);
                channel.register(selector, SelectionKey.OP_CONNECT, flow);
                channel.connect(new InetSocketAddress(flow.destination, flow.port));
            }
            case UDP -> udpClients.get(flow.from).send(ByteBuffer.allocate(8).putInt(round).putInt(index).flip(), new InetSocketAddress(flow.destination, flow.port));
            case SCTP -> sctp.get(flow.from).sendInit(flow.destination, FIRST_SCTP_PORT + (round % 20) * 2_000 + index, flow.port);
        }
    }

    private void handle(SelectionKey key) {
        try {
            switch (key.attachment()) {
                case Flow flow -> {
                    if (((SocketChannel) key.channel()).finishConnect()) {
                        passed.add(flow);
                        key.cancel();
                    }
                }
                case Server(var echo) -> receive(echo, true);
                case Client(var udp) -> receive(udp, false);
                case null -> accept((ServerSocketChannel) key.channel());
                default -> throw new IllegalStateException();
            }
        } catch (IOException refused) {
            key.cancel();
        }
    }

    private static void accept(ServerSocketChannel server) throws IOException {
        for (var connection = server.accept(); connection != null; connection = server.accept()) {
            connection.close();
        }
    }

    private void receive(DatagramChannel channel, boolean echoes) throws IOException {
        var packet = ByteBuffer.allocate(8);
        for (var sender = channel.receive(packet); sender != null; sender = channel.receive(packet)) {
            packet.flip();
            if (packet.getInt(0) == round) {
                (echoes ? arrived : passed).add(flows.get(packet.getInt(4)));
            }
            if (echoes) {
                channel.send(packet, sender);
            }
            packet.clear();
        }
    }

    private void receiveSctp() {
        for (var socket : sctp.values()) {
            for (var arrival : socket.receive()) {
                int index = arrival.sourcePort() - FIRST_SCTP_PORT - (round % 20) * 2_000;
                if (index >= 0 && index < flows.size()) {
                    passed.add(flows.get(index));
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (var resource : open) {
            resource.close();
        }
        selector.close();
    }
}
