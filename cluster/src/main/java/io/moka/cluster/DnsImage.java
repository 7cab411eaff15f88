package io.moka.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The DNS server's image: a Java runtime of a few modules (jlink), the server's jars, and the libraries of this machine that the runtime loads.
///
/// Its tag is a checksum of its contents, so the image is built once for each build and each JDK. Older ones are removed when a new one is made.
final class DnsImage {

    private static final String REPOSITORY = "moka-dns";
    /// Changes with the way in which the image is made.
    private static final String RECIPE = "1";
    private static final String MODULE = "dns";
    private static final String MODULES = "java.base,java.net.http,java.management,java.naming,java.sql,java.xml,jdk.httpserver,jdk.unsupported";
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /// A small heap that gives memory back, and no optimising for what only runs at the start.
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx96m", "-Xms8m", "-XX:NewSize=2m", "-XX:MaxNewSize=6m",
            "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=20", "-XX:-ShrinkHeapInSteps", "-Xss512k", "-XX:ReservedCodeCacheSize=32m", "-XX:TrimNativeHeapInterval=10000", "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError", "-XX:Tier3InvocationThreshold=1000", "-XX:Tier3MinInvocationThreshold=500", "-XX:Tier3CompileThreshold=5000",
            "-Dkeystore.pkcs12.keyPbeIterationCount=1", "-Djdk.tls.namedGroups=secp256r1,secp384r1",
            "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-XX:TieredStopAtLevel=1");

    private final Distribution distribution;
    private final Path kubeconfig;
    private @Nullable String name;

    /// @param kubeconfig of a running cluster, about which the server rehearses
    DnsImage(Distribution distribution, Path kubeconfig) {
        this.distribution = distribution;
        this.kubeconfig = kubeconfig;
    }

    private List<Path> jars() throws IOException {
        return Arrays.stream(distribution.classPath(MODULE).split(":")).map(Path::of).sorted().toList();
    }

    /// Repository and tag.
    String name() throws IOException {
        if (name == null) {
            name = checksum();
        }
        return name;
    }

    private String checksum() throws IOException {
        var sum = new CRC32();
        long bytes = 0;
        var facts = new ArrayList<String>(FLAGS);
        facts.add(RECIPE + MODULES + Files.readString(jdk().resolve("release")));
        for (var jar : jars()) {
            var content = Files.readAllBytes(jar);
            sum.update(content);
            bytes += content.length;
            facts.add(jar.getFileName() + " " + content.length + " " + sum.getValue());
        }
        var all = new CRC32();
        facts.forEach(fact -> all.update(fact.getBytes(StandardCharsets.UTF_8)));
        return REPOSITORY + ":%08x%08x%x".formatted(all.getValue(), sum.getValue(), bytes);
    }

    boolean isThere() throws IOException {
        return Program.of("docker", "image", "inspect", "-f", "{{.Id}}", name()).run().status() == 0;
    }

    /// Makes the image, unless it is there. Others that make it at the same time are waited for.
    ///
    /// @param work a folder that is removed afterwards
    void ensure(Path work, Path lockFile) throws IOException {
        try (var lock = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            if (!isThere()) {
                DownCommand.delete(work);
                try {
                    make(Files.createDirectories(work.resolve("root")));
                } finally {
                    Program.of("rm", "-rf", work.toString()).require();
                }
                removeOlder();
            }
        }
    }

    private void make(Path root) throws IOException {
        var runtime = root.resolve("opt/java");
        Files.createDirectories(root.resolve("opt/dns"));
        Files.createDirectories(root.resolve("tmp"));
        Files.createDirectories(root.resolve("etc"));
        Program.of(jdk().resolve("bin/jlink").toString(), "--add-modules", MODULES, "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages",
                "--output", runtime.toString()).within(LONGEST).require();
        for (var jar : jars()) {
            Files.copy(jar, root.resolve("opt/dns").resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        recordClasses(root);
        for (var library : libraries(runtime)) {
            Libraries.copy(library, root);
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/:/bin/false\ndns:x:65532:65532:dns:/:/bin/false\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\ndns:x:65532:\n");
        var command = new ArrayList<>(List.of("/opt/java/bin/java"));
        command.addAll(FLAGS);
        if (Files.exists(root.resolve("opt/dns/dns.jsa"))) {
            command.addAll(List.of("-XX:SharedArchiveFile=/opt/dns/dns.jsa", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        }
        command.addAll(List.of("-cp", classPath("/opt/dns/"), "io.moka.dns.Dns"));
        Program.of("sh", "-c", "tar -C \"$0\" --owner=0 --group=0 -c . | docker import -c \"$1\" -c 'USER 65532:65532' -c 'ENV MALLOC_ARENA_MAX=2' - \"$2\"",
                root.toString(), "ENTRYPOINT [" + String.join(",", command.stream().map(word -> '"' + word + '"').toList()) + "]", name()).within(LONGEST).require();
    }

    private String classPath(String folder) throws IOException {
        return String.join(":", jars().stream().map(jar -> folder + jar.getFileName()).toList());
    }

    /// Makes class archives, for a start in a third of the time and some 20 MiB less: the runtime's own, which jlink does not make for these flags, and that of
    /// the server, which answers a few questions for it, about the running cluster. The JDK takes an archive whose jars have moved together.
    private void recordClasses(Path root) throws IOException {
        var java = root.resolve("opt/java/bin/java").toString();
        Program.of(java, "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-XX:-UsePerfData", "-Xshare:dump").within(LONGEST).require();
        var command = new ArrayList<>(List.of(java));
        command.addAll(FLAGS);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + root.resolve("opt/dns/dns.jsa"), "-cp", classPath(root.resolve("opt/dns") + "/"), "io.moka.dns.Dns", "--rehearse",
                "--kubeconfig=" + kubeconfig, "--bind-address=127.0.0.1", "--port=0", "--status-port=0", "--upstream=127.0.0.1#1", "--lame-duck-seconds=0"));
        Program.of(command).within(LONGEST).require();
    }

    /// The machine's libraries that the runtime's programs and libraries load.
    private static Set<Path> libraries(Path runtime) throws IOException {
        var all = new LinkedHashSet<>(Libraries.of(runtime.resolve("bin/java")));
        try (Stream<Path> files = Files.walk(runtime.resolve("lib"))) {
            for (var library : (Iterable<Path>) files.filter(file -> file.toString().endsWith(".so"))::iterator) {
                all.addAll(Libraries.of(library));
            }
        }
        all.removeIf(library -> library.startsWith(runtime));
        return all;
    }

    /// Images of other builds. Those in use cannot be removed, and stay until next time.
    private void removeOlder() throws IOException {
        var own = name();
        for (var image : Program.of("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", REPOSITORY).require().lines().toList()) {
            if (!image.equals(own)) {
                Program.of("docker", "image", "rm", image).run();
            }
        }
    }

    private static Path jdk() {
        return Path.of(System.getProperty("java.home"));
    }
}
