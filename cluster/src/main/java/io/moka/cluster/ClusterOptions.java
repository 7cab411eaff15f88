package io.moka.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The flags that select the cluster.
final class ClusterOptions {

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "moka", description = "Name of the cluster (${DEFAULT-VALUE}).")
    private String name = "moka";

    @Option(names = "--state-dir", paramLabel = "DIR", defaultValue = "/var/lib/moka", description = "Where clusters keep their state (${DEFAULT-VALUE}).")
    private Path stateDir = Path.of("/var/lib/moka");

    Layout layout() {
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")) {
            throw new ClusterException("\"" + name + "\" is not a cluster name: use small letters, digits and dashes");
        }
        return new Layout(stateDir.toAbsolutePath(), name);
    }
}
