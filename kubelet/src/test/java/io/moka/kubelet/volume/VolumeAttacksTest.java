package io.moka.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.moka.kubelet.container.ConfigError;
import io.moka.kubelet.container.ContainerSpecs;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attacks by links in a volume and by paths in a pod's specification that try to reach a file outside of the volume. [SubPathRaceTest] has the
/// attacks that depend on timing.
@Timeout(60)
class VolumeAttacksTest {

    private static final String MARK = "of-the-host";

    @TempDir
    Path temporary;

    private Path folder;
    private Path volume;
    private Path outside;

    @BeforeEach
    void begin() throws IOException {
        folder = temporary.toRealPath();
        volume = Files.createDirectory(folder.resolve("volume"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve(MARK), "secret");
    }

    @AfterEach
    void end() throws IOException {
        Mounts.unmountAll(folder);
    }

    /// Prepares the volume before the kubelet mounts it.
    private interface Plant {
        void in(Path volume, Path outside) throws Exception;
    }

    /// One attack by a sub-path.
    ///
    /// @param expected the path below the volume that the container sees, or null where the container must not start
    private record Attack(String name, Plant plant, String subPath, String expression, Map<String, String> variables, @Nullable String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Plant NOTHING = (volume, outside) -> {
    };

    private static Attack attack(String name, String subPath, @Nullable String expected, Plant plant) {
        return new Attack(name, plant, subPath, "", Map.of(), expected);
    }

    private static Attack expression(String name, String expression, Map<String, String> variables, @Nullable String expected) {
        return new Attack(name, NOTHING, "", expression, variables, expected);
    }

    private static Attack link(String name, String subPath, String link, String target) {
        return attack(name, subPath, null, (volume, outside) -> {
            Files.createDirectories(volume.resolve(link).getParent());
            Files.createSymbolicLink(volume.resolve(link), Path.of(target.replace("OUTSIDE", outside.toString())));
        });
    }

    private static void run(String... command) throws IOException {
        Tool.run(command);
    }

    static List<Attack> subPaths() {
        return List.of(
                attack("parent", "..", null, NOTHING),
                attack("path of the parent", "../outside", null, NOTHING),
                attack("parent behind a folder", "a/../../outside", null, NOTHING),
                attack("parent that would stay inside", "a/../b", null, NOTHING),
                attack("absolute", "/etc", null, NOTHING),
                attack("two slashes", "//etc", null, NOTHING),
                link("absolute link", "l", "l", "OUTSIDE"),
                link("relative link", "l", "l", "../outside"),
                link("link as the first segment", "l/x", "l", "../outside"),
                link("link as a middle segment", "a/l/x", "a/l", "../../outside"),
                link("link as the last segment", "a/b/l", "a/b/l", "OUTSIDE"),
                link("link to a file outside", "l", "l", "OUTSIDE/" + MARK),
                link("link to the root", "l/etc", "l", "/"),
                link("link to the parent", "l/outside", "l", ".."),
                link("link to the kubelet's own root", "l/etc", "l", "/proc/self/root"),
                link("link to another process's folder", "l", "l", "/proc/1/cwd"),
                link("absolute link that ends nowhere", "l", "l", "OUTSIDE/made"),
                link("relative link that ends nowhere", "l/made", "l", "../outside/nothing"),
                link("link to itself", "l", "l", "l"),
                link("absolute link that would stay inside", "l", "l", "OUTSIDE/../volume"),
                attack("chain of links", "a", null, (volume, outside) -> {
                    Files.createSymbolicLink(volume.resolve("a"), Path.of("b"));
                    Files.createSymbolicLink(volume.resolve("b"), Path.of("c"));
                    Files.createSymbolicLink(volume.resolve("c"), Path.of("../outside"));
                }),
                attack("link that stays inside", "l/made", "real/made", (volume, outside) -> {
                    Files.createDirectory(volume.resolve("real"));
                    Files.createSymbolicLink(volume.resolve("l"), Path.of("real"));
                }),
                attack("file where a folder is needed", "file/x", null, (volume, outside) -> Files.createFile(volume.resolve("file"))),
                attack("pipe where a folder is needed", "pipe/x", null, (volume, outside) -> run("mkfifo", volume.resolve("pipe").toString())),
                attack("pipe without a writer", "pipe", "pipe", (volume, outside) -> run("mkfifo", volume.resolve("pipe").toString())),
                attack("device", "device", "device", (volume, outside) -> run("mknod", volume.resolve("device").toString(), "c", "1", "3")),
                attack("hard link", "hard", "hard", (volume, outside) -> {
                    Files.createFile(volume.resolve("file"));
                    Files.createLink(volume.resolve("hard"), volume.resolve("file"));
                }),
                attack("line end", "a\nb", "a\nb", NOTHING),
                attack("carriage return", "a\rb", "a\rb", NOTHING),
                attack("line of a mount table", "a\n1 1 0:1 / /x rw - ext4 x rw", "a\n1 1 0:1 / /x rw - ext4 x rw", NOTHING),
                attack("escape of the mount table", "a\\040b c\t", "a\\040b c\t", NOTHING),
                attack("three dots", ".../....", ".../....", NOTHING),
                attack("longest name", "n".repeat(255), "n".repeat(255), NOTHING),
                attack("name that is too long", "n".repeat(256), null, NOTHING),
                attack("deep path", "d/".repeat(200), "d/".repeat(199) + "d", NOTHING),
                expression("variable with a parent", "$(DIR)", Map.of("DIR", "../outside"), null),
                expression("variable that is absolute", "$(DIR)", Map.of("DIR", "/etc"), null),
                expression("parent of two variables", "x/$(A)$(B)/$(A)$(B)/outside", Map.of("A", ".", "B", "."), null),
                expression("unknown variable", "$(NONE)", Map.of("DIR", "x"), null),
                expression("quoted variable", "$$(DIR)", Map.of("DIR", "../outside"), "$(DIR)"),
                expression("variable within a variable", "$(DIR)", Map.of("DIR", "$(UP)", "UP", "../outside"), "$(UP)"),
                expression("variable with a line end", "$(DIR)", Map.of("DIR", "a\n../outside"), "a\n../outside"),
                expression("plain variable", "logs/$(POD)", Map.of("POD", "web-0"), "logs/web-0"));
    }

    @ParameterizedTest
    @MethodSource
    void subPaths(Attack attack) throws Exception {
        attack.plant.in(volume, outside);
        var mount = new VolumeMountBuilder().withName("v").withMountPath("/v").withSubPath(attack.subPath).withSubPathExpr(attack.expression).build();
        var pod = folder.resolve("pod");
        Path seen = null;
        try {
            seen = PinnedMounts.subPath(volume, ContainerSpecs.subPath(mount, attack.variables), new PinnedMounts.Place(pod, "c", 0, 0), PinnedMounts.Propagation.NONE);
        } catch (IOException | ConfigError e) {
            assertTrue(attack.expected == null, attack + ": " + e.getMessage());
        }
        if (seen != null) {
            assertTrue(attack.expected != null, attack + " is mounted at " + seen);
            assertTrue(Files.isSameFile(volume.resolve(attack.expected), seen), attack.name);
        }
        requireOutsideUntouched();
        PinnedMounts.release(pod, "c", 0);
        assertEquals(List.of(), Mounts.under(folder), "no mount is left");
    }

    private void requireOutsideUntouched() throws IOException {
        try (Stream<Path> entries = Files.list(outside)) {
            assertEquals(List.of(outside.resolve(MARK)), entries.toList());
        }
        assertEquals("secret", Files.readString(outside.resolve(MARK)));
        try (Stream<Path> entries = Files.list(folder)) {
            assertEquals(List.of(), entries.map(entry -> entry.getFileName().toString()).filter(name -> !List.of("volume", "outside", "pod").contains(name)).toList());
        }
    }

    /// One attack by a path of the node that another pod can write to.
    private record HostAttack(String name, String type, String path, Plant plant) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<HostAttack> hostPaths() {
        Plant link = (volume, outside) -> Files.createSymbolicLink(volume.resolve("l"), outside);
        Plant dangling = (volume, outside) -> Files.createSymbolicLink(volume.resolve("l"), outside.resolve("made"));
        Plant file = (volume, outside) -> Files.createFile(volume.resolve("x"));
        return List.of(
                new HostAttack("folder behind a link", "DirectoryOrCreate", "l/made", link),
                new HostAttack("file behind a link", "FileOrCreate", "l/made", link),
                new HostAttack("anything behind a link", "", "l/made", link),
                new HostAttack("folder at a link that ends nowhere", "DirectoryOrCreate", "l", dangling),
                new HostAttack("file at a link that ends nowhere", "FileOrCreate", "l", dangling),
                new HostAttack("file where a folder is asked", "Directory", "x", file),
                new HostAttack("file where a folder would be made", "DirectoryOrCreate", "x", file),
                new HostAttack("folder below a file", "DirectoryOrCreate", "x/y", file),
                new HostAttack("folder where a file is asked", "File", "x", (volume, outside) -> Files.createDirectory(volume.resolve("x"))),
                new HostAttack("device where a file is asked", "File", "x", (volume, outside) -> run("mknod", volume.resolve("x").toString(), "c", "1", "3")),
                new HostAttack("link to a device where a file is asked", "FileOrCreate", "x", (volume, outside) -> Files.createSymbolicLink(volume.resolve("x"), Path.of("/dev/null"))),
                new HostAttack("file where a socket is asked", "Socket", "x", file),
                new HostAttack("pipe where a device is asked", "CharDevice", "x", (volume, outside) -> run("mkfifo", volume.resolve("x").toString())),
                new HostAttack("character device where a block device is asked", "BlockDevice", "x", (volume, outside) -> run("mknod", volume.resolve("x").toString(), "c", "1", "3")),
                new HostAttack("socket where a file is asked", "File", "x", (volume, outside) -> {
                    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                        server.bind(UnixDomainSocketAddress.of(volume.resolve("x")));
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource
    void hostPaths(HostAttack attack) throws Exception {
        attack.plant.in(volume, outside);
        assertThrows(IOException.class, () -> HostPaths.open(new HostPathVolumeSource(volume.resolve(attack.path).toString(), attack.type)));
        requireOutsideUntouched();
    }
}
