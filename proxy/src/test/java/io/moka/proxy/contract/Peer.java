package io.moka.proxy.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// The program in each namespace: serves a word over TCP and UDP, and connects to others. Each line is a command and gets one line as answer.
public final class Peer {

    private static final int PATIENCE_MILLIS = 400;
    private static final int ANSWER_MILLIS = 3_000;
    private static final int HAMMER_MILLIS = 60_000;
    private static final int HAMMERS = 2;

    private final Map<Integer, Socket> open = new HashMap<>();
    private final Map<String, AutoCloseable> servers = new HashMap<>();
    private final List<Future<Hits>> hammers = new ArrayList<>();
    private volatile boolean hammering;

    private Peer() {
    }

    public static void main(String[] arguments) throws IOException {
        var peer = new Peer();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            String answer;
            try {
                answer = peer.handle(line.split(" "));
            } catch (Exception e) {
                answer = "failed: " + e;
            }
            System.out.println(answer);
        }
    }

    private String handle(String[] words) throws Exception {
        return switch (words[0]) {
            case "serve" -> serve(words[1], Integer.parseInt(words[2]));
            case "silence" -> silence(words[1]);
            case "tcp" -> repeat(Integer.parseInt(words[3]), () -> tcp(words[1], Integer.parseInt(words[2])));
            case "udp" -> repeat(Integer.parseInt(words[4]), () -> udp(Integer.parseInt(words[3]), words[1], Integer.parseInt(words[2])));
            case "open" -> open(words[1], Integer.parseInt(words[2]));
            case "talk" -> talk(Integer.parseInt(words[1]));
            case "hammer" -> hammer(words[1], Integer.parseInt(words[2]));
            case "hammered" -> hammered();
            case "pairs" -> pairs(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private interface Attempt {
        String make() throws IOException;
    }

    private static String repeat(int times, Attempt attempt) throws IOException {
        var answers = new ArrayList<String>();
        for (int i = 0; i < times; i++) {
            answers.add(attempt.make());
        }
        return String.join(";", answers);
    }

    /// Answers each client with the word and the client's address.
    private String serve(String word, int port) throws IOException {
        var tcp = new ServerSocket(port);
        var udp = new DatagramSocket(port);
        servers.put("tcp", tcp);
        servers.put("udp", udp);
        Thread.ofVirtual().start(() -> accept(tcp, word));
        Thread.ofPlatform().daemon().start(() -> answer(udp, word));
        return "ok";
    }

    private String silence(String protocol) throws Exception {
        servers.remove(protocol).close();
        return "ok";
    }

    private static void accept(ServerSocket server, String word) {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> converse(client, word));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void converse(Socket client, String word) {
        try (client) {
            var answer = (word + " " + text(client.getInetAddress()) + "\n").getBytes(StandardCharsets.UTF_8);
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            do {
                client.getOutputStream().write(answer);
            } while (in.readLine() != null);
        } catch (IOException e) {
            return;
        }
    }

    private static void answer(DatagramSocket server, String word) {
        var packet = new DatagramPacket(new byte[100], 100);
        while (!server.isClosed()) {
            try {
                packet.setLength(100);
                server.receive(packet);
                var answer = (word + " " + text(packet.getAddress())).getBytes(StandardCharsets.UTF_8);
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }

    private static String tcp(String address, int port) throws IOException {
        try (var socket = connect(address, port)) {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        } catch (SocketTimeoutException e) {
            return "timeout";
        } catch (ConnectException e) {
            return "refused";
        }
    }

    private static Socket connect(String address, int port) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(ANSWER_MILLIS);
        socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
        return socket;
    }

    /// @param from 0 for any port
    private static String udp(int from, String address, int port) throws IOException {
        try (var socket = new DatagramSocket(from)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(address, port));
            socket.send(new DatagramPacket(new byte[] {'?'}, 1));
            return receive(socket);
        } catch (SocketTimeoutException e) {
            return "timeout";
        } catch (IOException e) {
            return "refused"; // by an ICMP error, or on this machine by the failure of the call
        }
    }

    private static String receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private String open(String address, int port) throws IOException {
        var socket = connect(address, port);
        open.put(open.size() + 1, socket);
        return open.size() + " " + line(socket);
    }

    private String talk(int number) throws IOException {
        var socket = open.get(number);
        socket.getOutputStream().write('\n');
        return line(socket);
    }

    /// What became of the connections that one thread opened.
    private record Hits(int count, List<String> failures) {
    }

    /// Opens connections without a pause, until asked what became of them.
    private String hammer(String address, int port) {
        hammering = true;
        for (int i = 0; i < HAMMERS; i++) {
            var hits = new FutureTask<>(() -> hits(address, port));
            hammers.add(hits);
            Thread.ofPlatform().daemon().start(hits);
        }
        return "ok";
    }

    /// A connection ends by a reset, so that its port is free again at once.
    private Hits hits(String address, int port) {
        var hits = new Hits(0, new ArrayList<>());
        for (; hammering; hits = new Hits(hits.count + 1, hits.failures)) {
            try (var socket = new Socket()) {
                socket.setSoLinger(true, 0);
                socket.connect(new InetSocketAddress(address, port), HAMMER_MILLIS);
            } catch (IOException e) {
                hits.failures.add(e.toString());
            }
        }
        return hits;
    }

    /// Returns the number of connections, of failures, and some of the failures.
    private String hammered() throws Exception {
        hammering = false;
        int count = 0;
        var failures = new ArrayList<String>();
        for (var hits : hammers) {
            count += hits.get().count;
            failures.addAll(hits.get().failures);
        }
        hammers.clear();
        return count + ";" + failures.size() + ";" + failures.stream().limit(3).toList();
    }

    private static String line(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next >= 0 && next != '\n'; next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /// Sends pairs of datagrams, each from a new socket at the same instant, as a resolver asks for A and AAAA.
    /// Returns the number of pairs that got both answers, and the milliseconds of the slowest of them.
    private static String pairs(String address, int port, int count) throws Exception {
        int both = 0;
        long slowest = 0;
        for (int i = 0; i < count; i++) {
            try (var socket = new DatagramSocket()) {
                socket.setSoTimeout(1_000);
                socket.connect(new InetSocketAddress(address, port));
                long start = System.nanoTime();
                sendAtOnce(socket, 2);
                try {
                    receive(socket);
                    receive(socket);
                    both++;
                } catch (SocketTimeoutException lost) {
                    continue;
                }
                slowest = Math.max(slowest, System.nanoTime() - start);
            }
        }
        return both + " " + slowest / 1_000_000;
    }

    private static void sendAtOnce(DatagramSocket socket, int times) throws Exception {
        var barrier = new CyclicBarrier(times);
        var sent = new CountDownLatch(times);
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < times; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    barrier.await();
                    socket.send(new DatagramPacket(new byte[] {'?'}, 1));
                } catch (Exception e) {
                    failures.add(e);
                } finally {
                    sent.countDown();
                }
            });
        }
        sent.await();
        if (!failures.isEmpty()) {
            throw new IOException("not sent", failures.getFirst());
        }
    }
}
