package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The archive is made by the real JVM, from lists that another JVM has written.
class SharedArchiveTest {

    @TempDir
    private Path folder;

    private Distribution distribution;
    private SharedArchive archive;

    @BeforeEach
    void makeDistribution() throws IOException {
        distribution = ClusterFolder.build(folder.resolve("dist"), "lib/a.jar", SharedArchive.MODULES);
        Files.createDirectories(distribution.caches());
        archive = new SharedArchive(distribution);
    }

    private void record(Component component) throws IOException {
        Program.of(Distribution.java().toString(), archive.recordingFlag(component), "-version").require();
    }

    @Test
    void theListsOfAllComponentsBecomeOneArchiveWhichAJvmAccepts() throws IOException {
        for (var component : List.of(Component.KUBELET, Component.CONTROLLERS, Component.SCHEDULER, Component.PROXY)) {
            record(component);
        }
        archive.make();
        assertEquals(List.of("components.jsa"), names());
        assertTrue(start("proxy").contains("java.lang.Object source: shared objects file"));
    }

    /// Bouncy Castle's jar follows the path for which the archive was made.
    @Test
    void theArchiveServesAProgramWithMoreOnItsClassPath() throws IOException {
        Files.copy(distribution.folder().resolve("lib/proxy-0.1.0.jar"), distribution.folder().resolve("lib/bcprov-jdk18on-1.86.jar"));
        Files.writeString(distribution.folder().resolve("controllers.classpath"), "lib/bcprov-jdk18on-1.86.jar\n");
        for (var component : List.of(Component.KUBELET, Component.CONTROLLERS, Component.SCHEDULER, Component.PROXY)) {
            record(component);
        }
        archive.make();
        assertTrue(distribution.classPath("controllers").endsWith("lib/bcprov-jdk18on-1.86.jar"));
        assertTrue(start("controllers").contains("java.lang.Object source: shared objects file"));
    }

    /// What a JVM with the module's class path says of the classes that it loads, if it takes the archive.
    private String start(String module) throws IOException {
        var command = new ArrayList<>(List.of(Distribution.java().toString()));
        command.addAll(Component.PROXY.jvmFlags());
        command.addAll(List.of("-Xshare:on", "-XX:SharedArchiveFile=" + archive.file(), "-Xlog:class+load", "-cp", distribution.classPath(module), "-version"));
        return Program.of(command).require();
    }

    @Test
    void withoutTheListOfOneComponentThereIsNoArchive() throws IOException {
        record(Component.KUBELET);
        assertThrows(IOException.class, archive::make);
        assertFalse(Files.exists(archive.file()));
    }

    @Test
    void numbersOfClassesAndClassesOfOtherLoadersAreLeftOut() {
        assertEquals(List.of("java/lang/Object", "@lambda-proxy io/moka/A run ()V", "io/moka/A"), List.copyOf(SharedArchive.classes(List.of("# a comment",
                "java/lang/Object id: 0", "@lambda-proxy io/moka/A run ()V", "io/moka/A id: 12", "io/moka/B id: 13 super: 0 source: b.jar", "java/lang/Object id: 0"))));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(distribution.caches())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
