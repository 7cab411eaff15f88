package io.moka.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The image that the examples use, made of this machine's static busybox where no registry can be reached.
///
/// It goes to the engine through the user's own client, as `docker import` by hand would.
final class BusyboxImage {

    static final String NAME = "busybox:1.36";

    private BusyboxImage() {
    }

    /// Makes the image if it can be made and is not there; says what it did.
    static String ensure() throws IOException, InterruptedException {
        if (!Packages.isThere("docker") || isThere()) {
            return "";
        }
        if (binary() == null) {
            return "no static busybox here; the examples will pull " + NAME;
        }
        load();
        return NAME + " made of the machine's busybox";
    }

    private static boolean isThere() throws IOException, InterruptedException {
        return new ProcessBuilder("docker", "image", "inspect", NAME).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }

    private static @Nullable Path binary() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox").map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
    }

    /// @throws ClusterException where there is no busybox
    static void load() throws IOException, InterruptedException {
        var busybox = binary();
        if (busybox == null) {
            throw new ClusterException("there is no static busybox here; try: apt-get install busybox-static");
        }
        var root = Files.createTempDirectory("moka-busybox");
        try {
            fill(root, busybox);
            run(List.of("sh", "-c", "tar -C \"$0\" -c . | docker import -c 'CMD [\"sh\"]' -c 'ENV PATH=/bin' - " + NAME, root.toString()));
        } finally {
            run(List.of("rm", "-rf", root.toString()));
        }
    }

    private static void fill(Path root, Path busybox) throws IOException {
        for (var folder : List.of("bin", "tmp", "etc", "root", "var", "usr", "home", "proc", "sys", "dev")) {
            Files.createDirectories(root.resolve(folder));
        }
        root.resolve("tmp").toFile().setWritable(true, false);
        Files.copy(busybox, root.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
        for (var applet : run(List.of(busybox.toString(), "--list")).lines().toList()) {
            if (!applet.equals("busybox")) {
                Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
            }
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
    }

    static String run(List<String> command) throws IOException {
        var process = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new ClusterException(String.join(" ", command.subList(0, Math.min(2, command.size()))) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return output;
    }
}
