package io.moka.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Writes the node's CNI configuration and the plugin's launcher to the folders where the kubelet looks for them.
final class CniFiles {

    private static final String TRAINEE = "moka-training";

    private final Distribution distribution;
    private final Layout layout;
    private final Settings settings;

    CniFiles(Distribution distribution, Layout layout, Settings settings) {
        this.distribution = distribution;
        this.layout = layout;
        this.settings = settings;
    }

    void write() throws IOException {
        var launcher = launcher();
        Files.createDirectories(launcher.getParent());
        Files.writeString(launcher, "#!/bin/sh\nexec " + String.join(" ", command(false)) + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        var folder = layout.cniConfig(settings.node());
        Files.createDirectories(folder);
        var list = new JsonMapper().createObjectNode().put("cniVersion", "1.1.0").put("name", "moka");
        list.putArray("plugins").add(new JsonMapper().readTree(network()));
        Files.write(folder.resolve("10-moka.conflist"), new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(list));
    }

    private Path launcher() {
        return layout.cniBin(settings.node()).resolve("moka-cni");
    }

    private String network() {
        return """
                {"type": "moka-cni", "startsAhead": true, "bridge": "%s", "hairpinMode": true, "ipMasq": true, "clusterCidr": "%s", "policyTable": "%s-pods", "capabilities": {"portMappings": true},
                 "ipam": {"subnet": "%s", "dataDir": "%s"}}
                """.formatted(settings.bridge(), settings.podCidr(), settings.policyTable(layout.name()), settings.nodePodCidr(), layout.node(settings.node()).resolve("cni/addresses"));
    }

    private List<String> command(boolean train) throws IOException {
        var command = new ArrayList<>(List.of(Distribution.java().toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                "-XX:+UseCompactObjectHeaders", "-Xmx32m", "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"));
        command.addAll(distribution.aotFlags("cni-plugin", train));
        command.addAll(List.of("-cp", distribution.classPath("cni-plugin"), "io.moka.cni.CniPlugin"));
        return command;
    }

    /// Lets the plugin record its start-up cache while it connects a namespace, which is what it does for each pod.
    String train() throws IOException, InterruptedException {
        if (Files.exists(namespace())) {
            Program.of("ip", "netns", "del", TRAINEE).require();
        }
        Program.of("ip", "netns", "add", TRAINEE).require();
        try {
            operation("ADD", command(true)).require();
            operation("DEL", List.of(launcher().toString())).require();
        } finally {
            Program.of("ip", "netns", "del", TRAINEE).require();
        }
        return "";
    }

    private Program operation(String name, List<String> command) {
        return Program.of(command).input(input()).with("CNI_COMMAND", name).with("CNI_CONTAINERID", TRAINEE).with("CNI_IFNAME", "eth0")
                .with("CNI_NETNS", namespace().toString());
    }

    private static Path namespace() {
        return Path.of("/run/netns", TRAINEE);
    }

    private String input() {
        return "{\"cniVersion\": \"1.1.0\", \"name\": \"moka\", " + network().strip().substring(1);
    }

    /// Lets the plugin take back its bridge and its table.
    void tearDown() throws IOException, InterruptedException {
        if (!Files.exists(launcher())) {
            return;
        }
        Program.of(launcher().toString(), "teardown").input(input()).require();
    }
}
