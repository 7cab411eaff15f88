package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recordings of start-up caches, by a program that stands in for the recorder: its first run fails, the second makes the caches.
class TrainCommandTest {

    private static final String RECORDER = """
            package io.moka.cluster;

            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.nio.file.StandardOpenOption;

            class Moka {
                public static void main(String[] words) throws Exception {
                    Path folder = Path.of(System.getProperty("moka.dist"));
                    boolean first = Files.notExists(folder.resolve("runs"));
                    Files.writeString(folder.resolve("runs"), String.join(" ", words) + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    if (first) {
                        System.out.println("no room for a cluster");
                        System.exit(1);
                    }
                    Files.createDirectory(Path.of(System.getProperty("moka.caches")));
                }
            }
            """;

    @TempDir
    private Path folder;

    private Distribution distribution;

    @BeforeEach
    void makeDistribution() throws IOException {
        distribution = ClusterFolder.build(folder.resolve("dist"), "", List.of("cluster"));
        var source = Files.writeString(folder.resolve("Moka.java"), RECORDER);
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), source.toString()));
        try (var jar = new JarOutputStream(Files.newOutputStream(distribution.folder().resolve("lib/cluster-0.1.0.jar")))) {
            jar.putNextEntry(new JarEntry("io/moka/cluster/Moka.class"));
            jar.write(Files.readAllBytes(folder.resolve("io/moka/cluster/Moka.class")));
        }
    }

    private List<String> runs() throws IOException {
        var runs = distribution.folder().resolve("runs");
        return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
    }

    /// What each `moka up` does at its end.
    @Test
    void aRecordingThatIsMissingOrHasFailedIsMadeByTheNextUp() throws IOException {
        TrainCommand.startWhereMissing(distribution);
        Await.until("the first recording fails", () -> Files.readString(distribution.folder().resolve("train.log")).contains("no room for a cluster"));
        assertFalse(distribution.hasCaches());
        TrainCommand.startWhereMissing(distribution);
        Await.until("the second makes the caches", distribution::hasCaches);
        assertEquals(List.of("train", "train"), runs());
        TrainCommand.startWhereMissing(distribution);
        assertTrue(ProcessTable.recorders(distribution.folder()).isEmpty(), "what is there is not recorded again");
        assertEquals(2, runs().size());
    }
}
