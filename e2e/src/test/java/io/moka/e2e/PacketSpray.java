package io.moka.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;

/// A program that sends a UDP packet to each neighbour of an address, again and again, until it is killed: `PacketSpray ADDRESS PORT`.
final class PacketSpray {

    private static final int ROUND_MILLIS = 50;

    private PacketSpray() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var network = arguments[0].substring(0, arguments[0].lastIndexOf('.') + 1);
        int port = Integer.parseInt(arguments[1]);
        try (var channel = DatagramChannel.open()) {
            while (true) {
                for (int i = 2; i < 255; i++) {
                    if (!arguments[0].equals(network + i)) {
                        send(channel, new InetSocketAddress(network + i, port));
                    }
                }
                TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS);
            }
        }
    }

    private static void send(DatagramChannel channel, InetSocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(new byte[] {'!'}), to);
        } catch (IOException unreachable) {
            // an address without a pod, as most are
            return;
        }
    }
}
