package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.DockerRuntime;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.SandboxSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Containers continually exchange a folder of their volume for a link that leads out of it, while the kubelet mounts and deletes there.
///
/// `-Dmoka.race.seconds=600` makes it ten minutes; it is twenty seconds otherwise.
class SubPathRaceTest {

    private static final int CONTAINERS = 12;
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("moka.race.seconds", 20));
    private static final int WITNESSES = 2;
    /// CPU quota per period of 100,000 microseconds, so that the containers leave time for the mounts that they attack.
    private static final long CPU_QUOTA_MICROS = 8_000;
    private static final PodIdentity POD = new PodIdentity("race", "default", "race");
    private static final String MARK = "of-the-host";
    /// Exchanges `x` and `deep/x`, each a folder and a link by turns, as fast as a shell can.
    private static final String SWAP = """
            mkdir -p /v/deep; mkdir /v/d /v/deep/d; ln -s %1$s /v/l; ln -s ../../../outside /v/deep/l
            while true; do
              mv /v/d /v/x; mv /v/x /v/d; mv /v/l /v/x; mv /v/x /v/l
              mv /v/deep/d /v/deep/x; mv /v/deep/x /v/deep/d; mv /v/deep/l /v/deep/x; mv /v/deep/x /v/deep/l
            done""";

    @TempDir
    Path temporary;

    private Path folder;
    private Path outside;
    private DockerRuntime runtime;
    private String sandbox;
    private final AtomicInteger mounted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> escapes = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        folder = temporary.toRealPath();
        outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve(MARK), "secret");
        runtime = DockerEngine.connect();
        sandbox = runtime.createSandbox(new SandboxSpec(POD, 0, "race", false, false, false, Map.of(), 0, null));
        runtime.start(sandbox);
    }

    @AfterEach
    void end() throws Exception {
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            runtime.list().forEach(container -> tasks.submit(() -> runtime.remove(container.id())));
        }
        runtime.close();
        Mounts.unmountAll(folder);
        // The containers leave folders in folders, thousands deep, for which the JDK's walk takes a time that grows with the square of the depth.
        assertEquals(0, new ProcessBuilder("rm", "-rf", folder.resolve("volumes").toString()).inheritIO().start().waitFor());
    }

    private Path volume(int i) {
        return folder.resolve("volumes").resolve("v" + i);
    }

    private String run(String name, String source, List<String> command) {
        var image = runtime.image(DockerEngine.BUSYBOX);
        var id = runtime.createContainer(new ContainerSpec(POD, sandbox, name, 0, "", new ContainerSpec.Image(DockerEngine.BUSYBOX, image.id()),
                new ContainerSpec.Process(command, List.of(), List.of(), null, false, false, false, null),
                List.of(new ContainerSpec.BindMount(source, "/v", false, "rprivate")), new ContainerSpec.Limits(2, CPU_QUOTA_MICROS, 0),
                new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), new ContainerSpec.Confinement("unconfined", null, List.of()), 0),
                new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE));
        runtime.start(id);
        return id;
    }

    @Test
    @Timeout(1_800)
    void noMountAndNoDeletionLeavesTheVolume() throws Exception {
        for (int i = 0; i < CONTAINERS; i++) {
            Files.createDirectories(volume(i));
            run("swap-" + i, volume(i).toString(), List.of("sh", "-c", SWAP.formatted(outside)));
        }
        var attackers = runtime.list().stream().filter(container -> container.running()).count();
        assertEquals(CONTAINERS + 1, attackers);

        long end = System.nanoTime() + TIME.toNanos();
        int attempt = 0;
        for (int i = 0; System.nanoTime() < end; i = (i + 1) % CONTAINERS) {
            for (var subPath : List.of("x", "deep/x", "x/made", "deep/x/made/more")) {
                mount(i, subPath, attempt++);
            }
            delete(i);
        }
        // At the end real containers check what they see at the path that the engine mounts for them.
        for (int i = 0; i < WITNESSES; i++) {
            see(i, attempt++);
        }

        assertEquals(List.of(), escapes);
        assertEquals(List.of(MARK), list(outside), "nothing was made or deleted outside");
        assertTrue(mounted.get() > 0 && refused.get() > 0, mounted + " mounted, " + refused + " refused");
    }

    private void mount(int i, String subPath, int attempt) throws IOException {
        var place = new PinnedMounts.Place(folder.resolve("pod"), "c", attempt, 0);
        try {
            var path = PinnedMounts.subPath(volume(i), subPath, place, PinnedMounts.Propagation.NONE);
            mounted.incrementAndGet();
            if (Files.exists(path.resolve(MARK), LinkOption.NOFOLLOW_LINKS)) {
                escapes.add(subPath + " of volume " + i);
            }
        } catch (IOException e) {
            refused.incrementAndGet();
        } finally {
            PinnedMounts.release(folder.resolve("pod"), "c", attempt);
        }
    }

    /// Deletes a folder in which names change, as the clean-up of a pod does while some of its containers still run.
    private void delete(int i) {
        try (var made = SubPaths.open(volume(i), "deep/x")) {
            Files.createDirectories(made.path().resolve("tree/a"));
            TreeDeletion.delete(made.path().resolve("tree"));
        } catch (IOException e) {
            refused.incrementAndGet();
        }
    }

    private void see(int i, int attempt) throws Exception {
        var place = new PinnedMounts.Place(folder.resolve("pod"), "c", attempt, 0);
        for (int tries = 0; tries < 1_000; tries++) {
            try {
                var path = PinnedMounts.subPath(volume(i), "x", place, PinnedMounts.Propagation.NONE);
                var id = run("see-" + attempt, path.toString(), List.of("sleep", "1000"));
                if (runtime.exec(id, List.of("ls", "/v"), Duration.ofSeconds(10)).output().contains(MARK)) {
                    escapes.add("in the container of volume " + i);
                }
                return;
            } catch (IOException e) {
                refused.incrementAndGet();
            }
        }
    }

    private static List<String> list(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
