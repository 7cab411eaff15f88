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

    /// Fails when it runs twice at a time, as the real one would disturb itself; and when the checkout has a file `broken`, which it prints in its log.
    private static final String MAVEN = """
            #!/bin/sh
            mkdir running || { echo 'two at once' >>../twice; exit 1; }
            for word; do case $word in -Dmoka.dist=*) dist=${word#-Dmoka.dist=} ;; esac; done
            mkdir -p "$dist/lib"
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
        var maven = folder.resolve("programs/mvn");
        Files.writeString(maven, MAVEN);
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Program.Result build() throws IOException {
        return Program.of("sh", checkout.resolve("bin/moka").toString(), "build").with("PATH", folder.resolve("programs") + ":" + System.getenv("PATH"))
                .with("JAVA_HOME", System.getProperty("java.home")).with("MOKA_DIST", "").with("MOKA_BUILT", "").with("MAVEN_OPTS", "").within(Duration.ofSeconds(60)).run();
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
