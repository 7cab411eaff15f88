package io.moka.cluster;

import io.moka.machinery.pki.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The programs that a cluster needs, and the Debian packages that bring them (`packages.txt`).
final class Packages {

    private static final long LIMIT_MINUTES = 10;

    private Packages() {
    }

    /// Package by program.
    static Map<String, String> programs() {
        try (var file = Packages.class.getResourceAsStream("packages.txt")) {
            var programs = new LinkedHashMap<String, String>();
            new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" "))
                    .forEach(pair -> programs.put(pair[0], pair[1]));
            return programs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isThere(String program) {
        var path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
        return Stream.of(path.split(":")).anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)));
    }

    static List<String> missing() {
        var missing = new LinkedHashSet<String>();
        programs().forEach((program, name) -> {
            if (!isThere(program)) {
                missing.add(name);
            }
        });
        return List.copyOf(missing);
    }

    /// Installs what is missing through apt, or says what to do.
    static void install(List<String> packages, Path log) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        command.addAll(packages);
        if (!isThere("apt-get")) {
            throw new ClusterException("missing packages: " + String.join(" ", packages) + "; install them with your package manager");
        }
        run(List.of("apt-get", "update"), Path.of("/"), log);
        if (!run(command, Path.of("/"), log)) {
            throw new ClusterException("could not install packages (see " + log + "); try: " + String.join(" ", command));
        }
    }

    /// Fetches a package's archive into a folder, without installing it. A new machine has no lists of packages yet, so a failure
    /// is followed by a second attempt with fresh lists.
    static boolean download(String name, Path folder, Path log) throws IOException, InterruptedException {
        var command = List.of("apt-get", "download", name);
        return run(command, folder, log) || run(List.of("apt-get", "update"), folder, log) && run(command, folder, log);
    }

    private static boolean run(List<String> command, Path folder, Path log) throws IOException, InterruptedException {
        var output = ProcessBuilder.Redirect.appendTo(PrivateFiles.log(log).toFile());
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        var process = builder.start();
        try {
            return process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } finally {
            process.destroy();
        }
    }
}
