package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The image that the examples use, made of a busybox of this machine or of its package, so that no image registry is needed.
///
/// The shared build of busybox is preferred, with its libraries: the static one cannot resolve names, as the C library loads the code for that at run time. The
/// image is sent to the engine through the user's own client, as `docker import` by hand does.
final class BusyboxImage {

    static final String NAME = "busybox:1.36";

    /// Label and version of the image's content: an image that an older Moka made is made again.
    private static final String LABEL = "io.moka.busybox";
    private static final String VERSION = "2";

    /// Debian's busybox 1.35 ends with SIGSEGV when `wget` is given a time-out, so `timeout` measures the time instead.
    static final String WGET = """
            #!/bin/sh
            # busybox's wget with a time-out that works: -T N and --timeout N end it after N seconds.
            limit=''
            n=$#
            while [ "$n" -gt 0 ]; do
                case $1 in
                    -T | --timeout) limit=$2; shift; n=$((n - 1)) ;;
                    -T*) limit=${1#-T} ;;
                    --timeout=*) limit=${1#--timeout=} ;;
                    -[A-Za-z]*T) set -- "$@" "${1%T}"; limit=$2; shift; n=$((n - 1)) ;;
                    *) set -- "$@" "$1" ;;
                esac
                shift
                n=$((n - 1))
            done
            [ -z "$limit" ] && exec busybox wget "$@"
            busybox timeout "$limit" busybox wget "$@"
            status=$?
            [ "$status" = 143 ] || [ "$status" = 124 ] || exit "$status"
            echo 'wget: download timed out' >&2
            exit 1
            """;

    private BusyboxImage() {
    }

    /// Makes the image if it can be made and is not there; says what it did.
    static String ensure(Path log) throws IOException, InterruptedException {
        if (!Packages.isThere("docker") || isThere()) {
            return "";
        }
        try {
            load(log);
            return NAME + " made";
        } catch (ClusterException e) {
            return "none made (" + e.getMessage() + "); the examples will pull " + NAME;
        }
    }

    /// Whether the engine has an image of that name that comes from a registry, or was made here in this version.
    private static boolean isThere() throws IOException {
        var inspected = Program.of("docker", "image", "inspect", "-f", "{{.Comment}}|{{with .Config}}{{index .Labels \"" + LABEL + "\"}}{{end}}", NAME).run();
        return inspected.status() == 0 && (!inspected.output().startsWith("Imported from") || inspected.output().strip().endsWith("|" + VERSION));
    }

    /// @param log for what the package tools write
    /// @throws ClusterException where no busybox can be had
    static void load(Path log) throws IOException, InterruptedException {
        var work = Files.createTempDirectory("moka-busybox");
        try {
            var root = Files.createDirectory(work.resolve("root"));
            fill(root, busybox(work, log));
            Program.of("sh", "-c", "tar -C \"$0\" -c . | docker import -c 'CMD [\"sh\"]' -c 'ENV PATH=/bin' -c 'LABEL " + LABEL + "=" + VERSION + "' - " + NAME, root.toString()).require();
        } finally {
            Program.of("rm", "-rf", work.toString()).require();
        }
    }

    /// The machine's shared busybox, or that of the package, or the machine's static one.
    private static Path busybox(Path work, Path log) throws IOException, InterruptedException {
        var own = Stream.of("/bin/busybox", "/usr/bin/busybox").map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        if (own != null && !Libraries.of(own).isEmpty()) {
            return own;
        }
        var packed = Packages.isThere("apt-get") && Packages.isThere("dpkg-deb") ? ofPackage(work, log) : null;
        if (packed != null) {
            return packed;
        }
        if (own == null) {
            throw new ClusterException("there is no busybox here; try: apt-get install busybox-static");
        }
        return own;
    }

    /// Takes busybox out of its package without installing it, since the static one may be installed in its place.
    private static @Nullable Path ofPackage(Path work, Path log) throws IOException, InterruptedException {
        if (!Packages.download("busybox", work, log)) {
            return null;
        }
        try (var archives = Files.newDirectoryStream(work, "*.deb")) {
            for (var archive : archives) {
                Program.of("dpkg-deb", "-x", archive.toString(), work.resolve("package").toString()).require();
            }
        }
        return Stream.of("bin/busybox", "usr/bin/busybox").map(work.resolve("package")::resolve).filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static void fill(Path root, Path busybox) throws IOException {
        for (var folder : List.of("bin", "tmp", "etc", "root", "var", "usr", "home", "proc", "sys", "dev")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.copy(busybox, root.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
        for (var library : Libraries.of(busybox)) {
            Libraries.copy(library, root);
            copyNameServices(library, root);
        }
        for (var applet : Program.of(busybox.toString(), "--list").require().lines().toList()) {
            if (!applet.equals("busybox") && !applet.equals("wget")) {
                Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
            }
        }
        Files.writeString(root.resolve("bin/wget"), WGET);
        Files.setPosixFilePermissions(root.resolve("bin/wget"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
    }

    /// The C library before 2.34 keeps the code that resolves names in libraries of their own, loaded at run time.
    private static void copyNameServices(Path library, Path root) throws IOException {
        if (library.getFileName().toString().startsWith("libc.")) {
            for (var name : List.of("libnss_dns.so.2", "libnss_files.so.2")) {
                var service = library.resolveSibling(name);
                if (Files.exists(service)) {
                    Libraries.copy(service, root);
                }
            }
        }
    }
}
