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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The Docker engine: the machine's own if one answers, otherwise one that Moka starts and that all Moka clusters of the machine share.
///
/// Each cluster that uses Moka's engine leaves a mark; the last one that ends stops the engine. Containers go on when Moka's engine is killed: the next one, which its
/// supervisor starts at once, finds them running.
final class Engine {

    static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PING_LIMIT = Duration.ofSeconds(3);

    /// Becomes the engine once the containerd of an engine that was killed is gone; it dies with its engine. While there is a process with the number in its pid file,
    /// even a dead one that nobody has waited for, an engine takes it for a containerd at work, and waits 15 s for its answer.
    private static final String START = """
            file=/var/run/docker/containerd/containerd.pid
            for _ in 1 2 3 4 5 6 7 8 9 10; do
                case $(cut -d' ' -f2,3 "/proc/$(cat $file 2>/dev/null)/stat" 2>/dev/null) in
                "(containerd) Z") rm -f $file; break ;;
                "(containerd) "*) sleep 0.1 ;;
                *) rm -f $file; break ;;
                esac
            done
            exec "$@"
            """;

    private final Layout layout;

    Engine(Layout layout) {
        this.layout = layout;
    }

    /// Whether an engine answers on the socket. One that has hung answers nothing: after three seconds its connection is closed.
    static boolean answers() {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var ping = new FutureTask<>(() -> ping(channel));
            Thread.ofVirtual().start(ping);
            return ping.get(PING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean ping(SocketChannel channel) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(SOCKET));
        channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        var answer = ByteBuffer.allocate(64);
        channel.read(answer);
        return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).contains("200");
    }

    private Supervised ours() {
        return new Supervised(layout.engine(), layout.engine().resolve("dockerd.log"), "dockerd");
    }

    /// Starts an engine if none answers; does not wait for it. Returns whether the engine is Moka's.
    boolean start(Distribution distribution) throws IOException {
        boolean running = ours().supervisor().isPresent() || ours().process().isPresent();
        if (!running && answers()) {
            return false;
        }
        if (ours().supervisor().isEmpty()) {
            ours().start(distribution.supervise(), List.of("sh", "-c", START, "engine", "dockerd", "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false",
                    "--ip-masq=false", "--userland-proxy=false", "--live-restore", "--log-level=warn", "--pidfile=" + layout.engine().resolve("dockerd.own.pid")));
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

    /// Removes this cluster's mark, and stops Moka's engine if no other cluster uses it.
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
        boolean running = ours().process().isPresent();
        ours().stop(PATIENCE);
        return running;
    }
}
