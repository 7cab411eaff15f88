package io.moka.cluster;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The Docker engine: somebody else's if one answers, otherwise one that we start and that all our clusters share.
///
/// Each cluster that uses ours leaves a mark; the last one to go stops it.
final class Engine {

    static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Layout layout;

    Engine(Layout layout) {
        this.layout = layout;
    }

    /// Whether an engine answers on the socket.
    static boolean answers() {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(SOCKET));
            channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            var answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).contains("200");
        } catch (IOException e) {
            return false;
        }
    }

    private Supervised ours() {
        return new Supervised(layout.engine(), layout.engine().resolve("dockerd.log"), "dockerd");
    }

    /// Starts an engine if none answers; does not wait for it. Returns whether the engine is ours.
    boolean start(Distribution distribution) throws IOException {
        boolean running = ours().supervisor().isPresent();
        if (!running && answers()) {
            return false;
        }
        if (!running) {
            ours().start(distribution.supervise(), List.of("dockerd", "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false",
                    "--ip-masq=false", "--userland-proxy=false", "--log-level=warn", "--pidfile=" + layout.engine().resolve("dockerd.own.pid")));
        }
        Files.writeString(layout.engine().resolve("used-by-" + layout.name()), "");
        return true;
    }

    void await() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new ClusterException("the Docker engine does not answer on " + SOCKET + "; see " + layout.engine().resolve("dockerd.log"));
            }
            Thread.sleep(20);
        }
    }

    /// Takes this cluster's mark away, and stops our engine if nobody else uses it.
    boolean release() throws IOException {
        Files.deleteIfExists(layout.engine().resolve("used-by-" + layout.name()));
        if (!Files.isDirectory(layout.engine())) {
            return false;
        }
        try (var marks = Files.list(layout.engine())) {
            if (marks.anyMatch(mark -> mark.getFileName().toString().startsWith("used-by-"))) {
                return false;
            }
        }
        boolean running = ours().supervisor().isPresent();
        ours().stop(PATIENCE);
        return running;
    }
}
