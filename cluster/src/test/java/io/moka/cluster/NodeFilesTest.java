package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that the cluster puts on its node: the network plugin's, those of images, the marks of its engine; and how folders are deleted.
class NodeFilesTest {

    @TempDir
    private Path folder;

    private Layout layout;
    private Distribution distribution;
    private Settings settings;

    @BeforeEach
    void begin() throws IOException {
        layout = new Layout(folder.resolve("state"), "home");
        settings = ClusterFolder.settings(Ports.from(5_000));
        distribution = distribution("dist", "dns", "a");
    }

    /// A build with a module of two jars.
    private Distribution distribution(String name, String module, String content) throws IOException {
        var lib = Files.createDirectories(folder.resolve(name).resolve("lib"));
        for (var each : List.of(module, "cni-plugin")) {
            Files.writeString(lib.resolve(each + "-0.1.0.jar"), content);
            Files.writeString(folder.resolve(name).resolve(each + ".classpath"), "lib/shared.jar\n");
        }
        Files.writeString(lib.resolve("shared.jar"), "shared");
        return new Distribution(folder.resolve(name), folder.resolve(name).resolve("caches"));
    }

    @Test
    void theNetworkConfigurationConnectsPodsToTheBridgeOfTheCluster() throws IOException {
        new CniFiles(distribution, layout, settings).write();
        var list = new JsonMapper().readTree(layout.cniConfig("alpha").resolve("10-moka.conflist").toFile());
        assertEquals("1.1.0 moka 1", list.path("cniVersion").asText() + " " + list.path("name").asText() + " " + list.path("plugins").size());
        var plugin = list.path("plugins").get(0);
        assertEquals("moka-1", plugin.path("bridge").asText());
        assertEquals("10.1.0.0/16", plugin.path("clusterCidr").asText(), "traffic to other pods keeps its source address");
        assertEquals("10.1.0.0/24", plugin.path("ipam").path("subnet").asText());
        assertEquals(layout.node("alpha") + "/cni/addresses", plugin.path("ipam").path("dataDir").asText());
        assertEquals("moka-policy-home-pods", plugin.path("policyTable").asText());
        assertTrue(Files.exists(layout.cniBin("alpha").resolve(plugin.path("type").asText())), "the plugin is called by its type");
    }

    @Test
    void theLauncherOfThePluginIsAProgramOfThisBuild() throws IOException {
        new CniFiles(distribution, layout, settings).write();
        var launcher = layout.cniBin("alpha").resolve("moka-cni");
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(launcher)));
        var result = Program.of(launcher.toString(), "teardown").run();
        assertNotEquals(0, result.status(), "the jar of this test is no program");
        assertTrue(result.output().contains("io.moka.cni.CniPlugin"), result.output());
        assertTrue(Files.readString(launcher).contains(distribution.classPath("cni-plugin")));
    }

    @Test
    void aNodeThatHasNoPluginHasNothingToTearDown() throws Exception {
        new CniFiles(distribution, layout, settings).tearDown();
        assertFalse(Files.exists(layout.root()));
    }

    @Test
    void theNameOfTheDnsImageFollowsTheContentAndNotThePlace() throws IOException {
        var name = new DnsImage(distribution, layout.kubeconfig()).name();
        assertTrue(name.matches("moka-dns:[0-9a-f]{17,120}"), name);
        assertEquals(name, new DnsImage(distribution("elsewhere", "dns", "a"), folder.resolve("other")).name());
        assertNotEquals(name, new DnsImage(distribution("changed", "dns", "b"), layout.kubeconfig()).name());
    }

    @Test
    void librariesOfAProgramAreCopiedToTheSamePlace() throws IOException {
        var libraries = Libraries.of(Path.of("/bin/sh"));
        assertTrue(libraries.stream().anyMatch(library -> library.getFileName().toString().startsWith("libc.")), libraries::toString);
        var root = folder.resolve("root");
        for (var library : libraries) {
            Libraries.copy(library, root);
            Libraries.copy(library, root);
            var copy = root.resolve(library.toString().substring(1));
            assertTrue(Files.isRegularFile(copy) && !Files.isSymbolicLink(copy), "a link to a library becomes the library: " + copy);
            assertTrue(Files.isExecutable(copy));
            assertEquals(-1, Files.mismatch(library, copy));
        }
    }

    @Test
    void aScriptLoadsNoLibraries() throws IOException {
        assertEquals(List.of(), Libraries.of(ClusterFolder.SUPERVISE));
    }

    @Test
    void deletingAFolderLeavesWhatItsLinksLeadTo() throws IOException {
        var outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "");
        var doomed = Files.createDirectories(folder.resolve("doomed/a/b"));
        Files.writeString(doomed.resolve("file"), "");
        Files.createSymbolicLink(doomed.resolve("link"), outside);
        Files.createSymbolicLink(doomed.resolve("broken"), folder.resolve("nowhere"));
        DownCommand.delete(folder.resolve("doomed"));
        assertFalse(Files.exists(folder.resolve("doomed")));
        assertTrue(Files.exists(outside.resolve("precious")));
        DownCommand.delete(folder.resolve("doomed"));
    }

    private Supervised engine() {
        return new Supervised(layout.engine(), layout.engine().resolve("dockerd.log"), "dockerd");
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine().stop(Duration.ofSeconds(60));
    }

    @Test
    void theEngineStaysWhileAnotherClusterUsesIt() throws IOException {
        var engine = Files.createDirectories(layout.engine());
        Files.writeString(engine.resolve("used-by-home"), "");
        Files.writeString(engine.resolve("used-by-work"), "");
        var dockerd = engine();
        dockerd.start(ClusterFolder.SUPERVISE, List.of("sleep", "3600"));
        Await.until("it runs", () -> dockerd.process().isPresent());
        assertFalse(new Engine(layout).release());
        assertTrue(dockerd.process().isPresent());
        assertTrue(new Engine(new Layout(layout.stateDir(), "work")).release(), "the last one ends it");
        assertTrue(dockerd.process().isEmpty() && dockerd.supervisor().isEmpty());
        assertFalse(new Engine(layout).release(), "there is none of Moka's any more");
    }

    /// The calls of busybox that its `wget` makes: a time-out is measured by `timeout`, as that of busybox 1.35's own `wget` ends with a signal.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://web                           | wget http://web
            -q -O - http://web                   | wget -q -O - http://web
            -T 5 http://web                      | timeout 5 busybox wget http://web
            -q -T5 -O - http://web               | timeout 5 busybox wget -q -O - http://web
            --timeout=7 http://web               | timeout 7 busybox wget http://web
            http://web --timeout 7               | timeout 7 busybox wget http://web
            -qT 3 -O- http://web                 | timeout 3 busybox wget -q -O- http://web
            -T 1 -T 2 http://web                 | timeout 2 busybox wget http://web
            """)
    void wgetOfTheBusyboxImageHasATimeOut(String arguments, String call) throws IOException {
        assertEquals(new Program.Result(0, call + "\n"), wget("echo \"$*\"", arguments));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            143 | 1 | wget: download timed out
            124 | 1 | wget: download timed out
            4   | 4 |
            0   | 0 |
            """)
    void aTimeOutIsToldAsWgetTellsIt(int ofTimeout, int ofWget, String message) throws IOException {
        assertEquals(new Program.Result(ofWget, message == null ? "" : message + "\n"), wget("exit " + ofTimeout, "-T 1 http://web"));
    }

    /// @param busybox what the program `busybox` does
    private Program.Result wget(String busybox, String arguments) throws IOException {
        var program = executable("bin/busybox", "#!/bin/sh\n" + busybox + "\n");
        var command = new ArrayList<>(List.of(executable("bin/wget", BusyboxImage.WGET).toString()));
        command.addAll(List.of(arguments.split(" ")));
        return Program.of(command).with("PATH", program.getParent() + ":" + System.getenv("PATH")).run();
    }

    private Path executable(String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }
}
