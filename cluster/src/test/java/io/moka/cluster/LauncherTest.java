package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bin/moka build` of a small checkout with a Maven of the test's own, which notes each run in a file.
class LauncherTest {

    private static final Path BIN = Path.of("../bin").toAbsolutePath().normalize();

    /// Warns, as Maven's libraries make the JDK do. Fails when it runs twice at a time, as the real one would disturb itself; and when the checkout has a file `broken`,
    /// which it prints in its log.
    private static final String MAVEN = """
            #!/bin/sh
            mkdir running || { echo 'two at once' >>../twice; exit 1; }
            for word; do case $word in -Dmoka.dist=*) dist=${word#-Dmoka.dist=} ;; esac; done
            echo 'WARNING: A terminally deprecated method in sun.misc.Unsafe has been called' >&2
            echo '[WARNING] The requested profile could not be activated'
            mkdir -p "$dist/lib"
            touch "$dist/lib/cluster-0.1.0.jar"
            echo lib/cluster-0.1.0.jar >"$dist/cluster.classpath"
            echo "$dist" >>../builds
            sleep 0.5
            rmdir running
            [ ! -e broken ] || { echo 'a warning'; cat broken; seq 1 40; exit 1; }
            """;

    @TempDir
    private Path folder;

    private Path checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = folder.resolve("checkout");
        Files.createDirectories(checkout.resolve("part/src/main"));
        Files.createDirectories(folder.resolve("programs"));
        Files.createDirectory(checkout.resolve("bin"));
        for (var file : List.of("moka", "launch.sh")) {
            Files.copy(BIN.resolve(file), checkout.resolve("bin").resolve(file));
        }
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Files.writeString(checkout.resolve("part/pom.xml"), "<project/>");
        program("programs/mvn", MAVEN);
    }

    private void program(String name, String script) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Program.Result build() throws IOException {
        return moka("build", System.getProperty("java.home"));
    }

    private Program.Result moka(String command, String javaHome) throws IOException {
        return Program.of("sh", checkout.resolve("bin/moka").toString(), command).with("PATH", folder.resolve("programs") + ":" + System.getenv("PATH"))
                .with("JAVA_HOME", javaHome).with("MOKA_DIST", "").with("MOKA_BUILT", "").with("MAVEN_OPTS", "").within(Duration.ofSeconds(60)).run();
    }

    private Path current() throws IOException {
        return checkout.resolve("target/builds/current").toRealPath();
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(folder.resolve("builds"));
    }

    @Test
    void aSecondBuildOfTheSameSourcesFindsItsWorkDone() throws Exception {
        var other = new FutureTask<>(this::build);
        Thread.ofVirtual().start(other);
        assertEquals(0, build().status());
        assertEquals(0, other.get().status());
        assertTrue(Files.notExists(folder.resolve("twice")), "one Maven at a time");
        assertEquals(1, builds().size());
    }

    @Test
    void aChangedSourceIsBuiltIntoAnotherFolderAndTheOldOneStaysWhileItIsUsed() throws IOException {
        assertEquals(0, build().status());
        var first = current();
        var user = new ProcessBuilder("sh", "-c", "sleep 60; :", first + "/lib").start();
        try {
            Files.writeString(checkout.resolve("part/src/main/New.java"), "");
            assertEquals(0, build().status());
            assertNotEquals(first, current());
            assertTrue(Files.isDirectory(first), "a process runs from it");
        } finally {
            user.descendants().forEach(ProcessHandle::destroy);
            user.destroy();
        }
        Signals.awaitEnd(List.of(user.toHandle()), Duration.ofSeconds(10));
        Files.writeString(checkout.resolve("part/src/main/Newer.java"), "");
        assertEquals(0, build().status());
        assertTrue(Files.notExists(first));
    }

    @Test
    void aGoodBuildLeavesWarningsInItsLog() throws IOException {
        var built = build();
        assertEquals(0, built.status());
        var log = current().resolve("build.log");
        assertEquals("Building Moka (once, about a minute; " + log + ")\n", built.output());
        assertTrue(Files.readString(log).contains("WARNING: A terminally deprecated method"), "the warnings of Maven's libraries");
    }

    /// Packages come while Maven works, which is done first here. What `moka up` starts comes after both: it uses the packages, and its recording takes the processors.
    @Test
    void aClusterIsStartedWhenThePackagesAreThere() throws IOException {
        var packages = checkout.resolve("cluster/src/main/resources/io/moka/cluster/packages.txt");
        Files.createDirectories(packages.getParent());
        Files.writeString(packages, "moka-none-such none-such\n");
        program("programs/id", "#!/bin/sh\necho 0\n");
        program("programs/apt-get", "#!/bin/sh\n[ \"$1\" = update ] || sleep 2\necho \"$*\" >>" + folder + "/calls\n");
        program("jdk/bin/javac", "#!/bin/sh\n");
        program("jdk/bin/java", "#!/bin/sh\nfor word; do last=$word; done\necho \"cluster $last\" >>" + folder + "/calls\n");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        var up = moka("up", folder.resolve("jdk").toString());
        assertEquals(0, up.status(), up.output());
        assertEquals(List.of("update", "install -y --no-install-recommends none-such", "cluster up"), Files.readAllLines(folder.resolve("calls")));
    }

    @Test
    void aFailedBuildShowsItsLogAndLeavesTheOneBeforeInUse() throws IOException {
        assertEquals(0, build().status());
        var first = current();
        Files.writeString(checkout.resolve("part/src/main/Broken.java"), "");
        Files.writeString(checkout.resolve("broken"), "");
        var failed = build();
        assertEquals(1, failed.status());
        assertTrue(failed.output().contains("the build failed"), failed.output());
        assertTrue(failed.output().contains("\n40\n"), failed.output());
        Files.writeString(checkout.resolve("broken"), "[ERROR] Broken.java:[1,2] cannot find symbol\n");
        assertTrue(build().output().contains("\n[ERROR] Broken.java:[1,2] cannot find symbol\n"), "the first error, which is far above the last lines");
        assertEquals(first, current());
        Files.delete(checkout.resolve("broken"));
        assertEquals(0, build().status());
        assertNotEquals(first, current());
        try (Stream<Path> folders = Files.list(checkout.resolve("target/builds"))) {
            assertEquals(1, folders.filter(path -> Files.isDirectory(path) && !Files.isSymbolicLink(path)).count(), "the failed build and the old one are gone");
        }
    }
}
