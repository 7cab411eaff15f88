package io.moka.apiserver.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A real etcd on free ports, in a folder of its own; stopped when the tests' JVM ends. Tests share one and differ by prefix.
public final class EtcdProcess {
    private static final String PROGRAM = "/usr/bin/etcd";
    private static @Nullable EtcdProcess shared;

    private final Path folder;
    private final Process process;
    private final int port;

    private EtcdProcess() throws IOException {
        if (!Files.isExecutable(Path.of(PROGRAM))) {
            throw new IllegalStateException("these tests need etcd: apt-get install etcd-server");
        }
        folder = Files.createTempDirectory("moka-etcd-");
        port = freePort();
        int peerPort = freePort();
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + peerPort;
        process = new ProcessBuilder(List.of(PROGRAM, "--data-dir", folder.resolve("data").toString(), "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", "default=" + peer, "--log-level", "error", "--unsafe-no-fsync"))
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        awaitPort();
    }

    /// The one that all tests share.
    public static synchronized EtcdProcess shared() {
        if (shared == null) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::stop));
        }
        return shared;
    }

    public static EtcdProcess start() {
        try {
            return new EtcdProcess();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    private void awaitPort() throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        throw new IOException("etcd does not listen; its log is " + folder.resolve("log"));
    }

    public void stop() {
        process.destroy();
        process.onExit().join();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
