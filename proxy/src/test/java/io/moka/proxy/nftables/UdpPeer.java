package io.moka.proxy.nftables;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A small program that a test starts inside a namespace: answers each datagram with a word, or asks once from a given port.
final class UdpPeer {

    private UdpPeer() {
    }

    static List<String> answering(int port, String word) {
        return command("answer", Integer.toString(port), word);
    }

    static List<String> asking(int fromPort, String address, int port) {
        return command("ask", Integer.toString(fromPort), address, Integer.toString(port));
    }

    private static List<String> command(String... arguments) {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var command = new java.util.ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "target/test-classes", UdpPeer.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] arguments) throws IOException {
        try (var socket = new DatagramSocket(Integer.parseInt(arguments[1]))) {
            socket.setSoTimeout(arguments[0].equals("ask") ? 3_000 : 0);
            var packet = new DatagramPacket(new byte[100], 100);
            if (arguments[0].equals("ask")) {
                socket.send(new DatagramPacket(new byte[] {'?'}, 1, new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3]))));
                socket.receive(packet);
                System.out.print(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
            } else {
                while (true) {
                    socket.receive(packet);
                    socket.send(new DatagramPacket(arguments[2].getBytes(StandardCharsets.UTF_8), arguments[2].length(), packet.getSocketAddress()));
                }
            }
        }
    }
}
