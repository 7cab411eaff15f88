package io.moka.apiserver.testing;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.WatchOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A real etcd on free ports, in a folder of its own; stopped when the tests' JVM ends. Tests share one and differ by prefix.
public final class EtcdProcess {
    private static final String PROGRAM = "/usr/bin/etcd";
    private static @Nullable EtcdProcess shared;

    private final Path folder;
    private final int port = freePort();
    private final int peerPort = freePort();
    private final List<String> flags;
    private Process process;
    private @Nullable Client reader;

    private EtcdProcess(Path folder, List<String> flags) throws IOException {
        if (!Files.isExecutable(Path.of(PROGRAM))) {
            throw new IllegalStateException("these tests need etcd: apt-get install etcd-server");
        }
        this.folder = folder;
        this.flags = flags;
        process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    }

    private Process launch() throws IOException {
        String peer = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(PROGRAM, "--data-dir", folder.resolve("data").toString(), "--listen-client-urls", endpoint(),
                "--advertise-client-urls", endpoint(), "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", "default=" + peer, "--log-level", "error"));
        command.addAll(flags);
        Process started = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        awaitPort();
        return started;
    }

    /// Starts it again on what it had, after it has ended.
    public void restart() {
        process.onExit().join();
        try {
            process = launch();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Sends a signal, such as `STOP`.
    public void signal(String name) {
        run("kill", "-" + name, Long.toString(process.pid()));
    }

    /// Lets a test do to it what no server of ours does.
    public <T> T ask(Function<Client, CompletableFuture<T>> request) {
        try (Client client = Client.builder().endpoints(endpoint()).build()) {
            return request.apply(client).join();
        }
    }

    /// The value of a key, by a client that is kept: to open one takes longer than to read.
    ///
    /// @throws AssertionError when there is no such key
    public synchronized byte[] read(String key) {
        if (reader == null) {
            reader = Client.builder().endpoints(endpoint()).build();
        }
        var answer = reader.getKVClient().get(ByteSequence.from(key, StandardCharsets.UTF_8)).orTimeout(30, TimeUnit.SECONDS).join();
        if (answer.getKvs().isEmpty()) {
            throw new AssertionError("etcd has no key " + key);
        }
        return answer.getKvs().getFirst().getValue().getBytes();
    }

    /// The keys under the prefix that were written or deleted after the revision, in their order.
    public List<String> writtenSince(String prefix, long revision) {
        var marker = ByteSequence.from(prefix + "/marker-" + UUID.randomUUID(), StandardCharsets.UTF_8);
        var written = new ArrayList<String>();
        var complete = new CompletableFuture<List<String>>();
        try (Client client = Client.builder().endpoints(endpoint()).build()) {
            client.getKVClient().put(marker, ByteSequence.EMPTY).join();
            var options = WatchOption.builder().isPrefix(true).withRevision(revision + 1).build();
            try (var watch = client.getWatchClient().watch(ByteSequence.from(prefix, StandardCharsets.UTF_8), options, answer -> answer.getEvents().forEach(event -> {
                if (event.getKeyValue().getKey().equals(marker)) {
                    complete.complete(written);
                } else {
                    written.add(event.getKeyValue().getKey().toString(StandardCharsets.UTF_8));
                }
            }), complete::completeExceptionally)) {
                return complete.orTimeout(30, TimeUnit.SECONDS).join();
            } finally {
                client.getKVClient().delete(marker).join();
            }
        }
    }

    public boolean alive() {
        return process.isAlive();
    }

    private static void run(String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            Process ran = builder.start();
            String output = new String(ran.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (ran.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /// The one that all tests share.
    public static synchronized EtcdProcess shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    public static EtcdProcess start() {
        return start("--unsafe-no-fsync");
    }

    public static EtcdProcess start(String... flags) {
        try {
            return startIn(Files.createTempDirectory("moka-etcd-"), flags);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @param folder for its data; deleted in the end
    public static EtcdProcess startIn(Path folder, String... flags) {
        try {
            return new EtcdProcess(folder, List.of(flags));
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
        throw new IOException("etcd does not listen on " + port);
    }

    /// Ends it and deletes its data. What a test leaves running is stopped when the tests' process ends.
    public void stop() {
        if (reader != null) {
            reader.close();
        }
        process.destroyForcibly();
        process.onExit().join();
        if (!Files.exists(folder)) {
            return;
        }
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
