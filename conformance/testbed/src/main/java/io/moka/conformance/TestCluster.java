package io.moka.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A cluster for one test module, which ends with the tests' process.
public final class TestCluster {

    private static final Path ROOT = Path.of(System.getProperty("moka.root", ".")).toAbsolutePath().normalize();

    private final String name;

    private TestCluster(String name) {
        this.name = name;
    }

    /// Removes what is left of a cluster of that name, and starts a new one.
    public static TestCluster start(String name, int portBase) {
        var cluster = new TestCluster(name);
        cluster.down();
        // without a threshold for disks, so that a full disk of the machine does not put the node under pressure
        moka("up", "--name", name, "--port-base", Integer.toString(portBase), "--no-kubeconfig", "--kubelet-arg=--eviction-hard=memory.available<50Mi");
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::down));
        return cluster;
    }

    private void down() {
        moka("down", "--name", name, "--purge");
    }

    /// Returns the path of the administrator's kubeconfig.
    public Path kubeconfig() {
        return Path.of("/var/lib/moka", name, "kubeconfig");
    }

    private static void moka(String... arguments) {
        var command = new ArrayList<>(List.of("bin/moka"));
        command.addAll(List.of(arguments));
        try {
            var builder = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
            builder.environment().put("MOKA_BUILT", "1");
            var process = builder.start();
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError(command + ": " + out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
