package io.moka.kubelet.runtime;

import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// The Docker engine that tests use: the one at DOCKER_HOST or the usual socket, else one of their own, which ends with the tests.
public final class DockerEngine {

    public static final String BUSYBOX = "moka-test/busybox:1";
    private static final Path USUAL_SOCKET = Path.of("/var/run/docker.sock");
    private static final long PATIENCE_MILLIS = 30_000;

    private static String host = "";

    private DockerEngine() {
    }

    /// A runtime that nobody else's containers can be confused with; the test image is there.
    public static DockerRuntime connect() throws IOException, InterruptedException {
        var runtime = DockerRuntime.connect(host(), "test-" + UUID.randomUUID(), "node");
        runtime.prepareSandboxImage();
        runtime.load(busybox());
        return runtime;
    }

    /// The same containers, seen by a kubelet that was started anew.
    public static DockerRuntime connect(String cluster) throws IOException, InterruptedException {
        var runtime = DockerRuntime.connect(host(), cluster, "node");
        runtime.prepareSandboxImage();
        runtime.load(busybox());
        return runtime;
    }

    /// Where the engine listens.
    static Path socket() throws IOException, InterruptedException {
        return Path.of(URI.create(host()).getPath());
    }

    private static ImageArchive busybox() throws IOException {
        var program = Path.of("/bin/busybox");
        if (!Files.exists(program)) {
            throw new IllegalStateException("these tests need /bin/busybox: apt-get install busybox-static");
        }
        var archive = new ImageArchive(BUSYBOX).file("/bin/busybox", Files.readAllBytes(program));
        for (var applet : new String[] {"sh", "sleep", "cat", "echo", "true", "false", "env", "id", "ls", "touch", "rm", "wc", "httpd", "mkdir", "hostname", "ip", "wget", "stty", "tty", "trap", "mv", "ln"}) {
            archive.link("/bin/" + applet, "busybox");
        }
        return archive;
    }

    /// The address of the engine, as `docker -H` takes it.
    public static synchronized String host() throws IOException, InterruptedException {
        if (host.isEmpty()) {
            var configured = System.getenv("DOCKER_HOST");
            if (configured != null && !configured.isEmpty()) {
                host = configured;
            } else if (answers(USUAL_SOCKET)) {
                host = "unix://" + USUAL_SOCKET;
            } else {
                host = "unix://" + launch();
            }
        }
        return host;
    }

    private static boolean answers(Path socket) {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path launch() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("moka-docker-");
        var socket = folder.resolve("docker.sock");
        Process dockerd;
        try {
            dockerd = new ProcessBuilder("dockerd", "--data-root", folder + "/data", "--exec-root", folder + "/exec", "--pidfile", folder + "/pid",
                    "-H", "unix://" + socket, "--bridge", "none", "--iptables=false").redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile()).start();
        } catch (IOException e) {
            throw new IllegalStateException("these tests need a Docker engine: apt-get install docker.io", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(dockerd, folder)));
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!answers(socket)) {
            if (!dockerd.isAlive() || System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("dockerd does not start: " + Files.readString(folder.resolve("log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return socket;
    }

    private static void end(Process dockerd, Path folder) {
        dockerd.destroy();
        try {
            dockerd.waitFor(20, TimeUnit.SECONDS);
            // the engine leaves the network namespace of containers on the host's network mounted
            new ProcessBuilder("umount", "-q", folder.resolve("exec/netns/default").toString()).start().waitFor();
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        } catch (IOException | InterruptedException e) {
            dockerd.destroyForcibly();
        }
    }
}
