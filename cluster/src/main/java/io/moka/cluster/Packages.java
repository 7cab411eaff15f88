package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The programs that a cluster needs, and the Debian packages that bring them.
final class Packages {

    private static final Map<String, String> PACKAGE_OF = new LinkedHashMap<>();

    static {
        PACKAGE_OF.put("dockerd", "docker.io");
        PACKAGE_OF.put("etcd", "etcd-server");
        PACKAGE_OF.put("nft", "nftables");
        PACKAGE_OF.put("ip", "iproute2");
        PACKAGE_OF.put("conntrack", "conntrack");
        PACKAGE_OF.put("nsenter", "util-linux");
    }

    private Packages() {
    }

    static Map<String, String> programs() {
        return PACKAGE_OF;
    }

    static boolean isThere(String program) {
        var path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
        return Stream.of(path.split(":")).anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)));
    }

    static List<String> missing() {
        var missing = new ArrayList<String>();
        PACKAGE_OF.forEach((program, name) -> {
            if (!isThere(program)) {
                missing.add(name);
            }
        });
        return missing;
    }

    /// Installs what is missing through apt, or says what to do.
    static void install(List<String> packages, Path log) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        command.addAll(packages);
        if (!isThere("apt-get")) {
            throw new ClusterException("missing packages: " + String.join(" ", packages) + "; install them with your package manager");
        }
        Files.createDirectories(log.getParent());
        run(List.of("apt-get", "update"), log);
        if (run(command, log) != 0) {
            throw new ClusterException("could not install packages (see " + log + "); try: " + String.join(" ", command));
        }
    }

    private static int run(List<String> command, Path log) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process.environment().put("DEBIAN_FRONTEND", "noninteractive");
        return process.start().waitFor();
    }
}
