package io.moka.kubelet.cni;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.runtime.PodIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodNetworksTest {

    private static final PodIdentity POD = new PodIdentity("u1", "default", "web");

    @TempDir
    Path folder;

    private ScriptedPlugins plugins;
    private PodNetworks networks;

    @BeforeEach
    void open() throws IOException {
        plugins = new ScriptedPlugins(folder);
        networks = new PodNetworks(plugins.configurations(), plugins.binaries(), folder.resolve("attachments"), () -> "10.1.0.0/24", InstantSource.system());
    }

    private Attachment attach(String sandboxId, String network, List<PortMapping> ports) {
        try (var pending = networks.prepare(POD, sandboxId, ports)) {
            return pending.attach(network);
        }
    }

    @Test
    void notReadyUntilAConfigurationIsThere() throws IOException {
        var before = assertInstanceOf(NetworkReadiness.NotReady.class, networks.readiness());
        assertTrue(before.message().endsWith("cni config uninitialized"), before.message());

        plugins.configure("1.0.0", "first");

        assertInstanceOf(NetworkReadiness.Ready.class, networks.readiness());
    }

    @Test
    void pluginsAreChainedAndUndoneInReverse() throws IOException {
        plugins.configure("1.0.0", "first", "second");

        var attachment = attach("s1", "/proc/7/ns/net", List.of(new PortMapping(8080, 80, "tcp", null)));
        networks.detach("s1", "/proc/7/ns/net");

        assertEquals(List.of("10.1.0.9"), attachment.addresses());
        assertEquals(List.of("first ADD s1 /proc/7/ns/net eth0", "second ADD s1", "second DEL s1", "first DEL s1 /proc/7/ns/net eth0"), plugins.calls());
        assertTrue(plugins.inputs().contains("\"prevResult\":{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.1.0.1/24\"}]}"), plugins.inputs());
        assertTrue(plugins.inputs().contains("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}"), plugins.inputs());
        assertNull(networks.find("s1"));
    }

    @Test
    void fewPluginsRunTogetherHoweverManyPodsStart() throws Exception {
        plugins.configure("1.0.0", "slow").touch("go");
        attach("earlier", "/proc/7/ns/net", List.of());
        Files.delete(folder.resolve("go"));
        try (var pods = Executors.newVirtualThreadPerTaskExecutor()) {
            var attached = IntStream.range(0, 30).mapToObj(i -> pods.submit(() -> attach("s" + i, "/proc/7/ns/net", List.of()))).toList();
            check("as many run as may", () -> plugins.running().size() == PodNetworks.MOST_CALLS);
            // a pod that goes does not wait for those that come
            networks.detach("earlier", "");
            plugins.touch("go");
            for (var each : attached) {
                assertEquals(List.of("10.1.0.9"), each.get().addresses());
            }
        }
        assertEquals(32, plugins.together().size());
        assertTrue(plugins.together().stream().allMatch(together -> together <= PodNetworks.MOST_CALLS + 1), plugins.together()::toString);
    }

    @Test
    void turnThatDoesNotComeIsNotWaitedForWithoutEnd() throws Exception {
        plugins.configure("1.0.0", "slow").touch("go");
        networks = new PodNetworks(plugins.configurations(), plugins.binaries(), folder.resolve("attachments"), () -> "10.1.0.0/24", InstantSource.system(), Duration.ofSeconds(1));
        attach("earlier", "/proc/7/ns/net", List.of());
        Files.delete(folder.resolve("go"));
        try (var pods = Executors.newVirtualThreadPerTaskExecutor()) {
            var attached = IntStream.range(0, PodNetworks.MOST_CALLS).mapToObj(i -> pods.submit(() -> attach("s" + i, "/proc/7/ns/net", List.of()))).toList();
            check("as many run as may", () -> plugins.running().size() == PodNetworks.MOST_CALLS);

            var refused = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertThrows(CniException.class, () -> attach("late", "/proc/7/ns/net", List.of())));
            assertEquals("the network plugins are busy: no turn came within 1 s", refused.getMessage());
            assertNull(networks.find("late"));

            plugins.touch("go");
            for (var each : attached) {
                assertEquals(List.of("10.1.0.9"), each.get().addresses());
            }
        }
    }

    @Test
    void aPluginThatReadsItsInputFirstStartsAhead() throws Exception {
        plugins.configureAhead("early");

        try (var pending = networks.prepare(POD, "s1", List.of())) {
            check("the plugin runs before there is a namespace", () -> plugins.started().size() == 1);
            assertEquals(List.of(), plugins.calls());
            assertEquals(List.of("10.1.0.9"), pending.attach("/netns/7").addresses());
        }

        assertEquals(List.of("early ADD s1 /netns/7"), plugins.calls());
        assertEquals(1, plugins.started().size());
        assertEquals("/netns/7", networks.find("s1").network());
        assertEquals(List.of("s1.json"), List.of(folder.resolve("attachments").toFile().list()));
    }

    @Test
    void aLinkThatAKilledKubeletHasLeftGoesWithItsAttachment() throws IOException {
        plugins.configureAhead("early");
        attach("s1", "/netns/7", List.of());
        Files.createSymbolicLink(folder.resolve("attachments/s1.netns"), Path.of("/netns/7"));

        networks.detach("s1", "");

        assertEquals(0, folder.resolve("attachments").toFile().list().length);
    }

    @Test
    void fewPluginsStartAheadAndNoneIsLeftOfASandboxThatDoesNotStart() throws Exception {
        plugins.configureAhead("early");
        startFiveAndAttachTheLast();
        check("as many as may have started, and the one that had a namespace", () -> plugins.started().size() == PodNetworks.MOST_AHEAD + 1);

        startFiveAndAttachTheLast();
        check("those of the first time do not count any more", () -> plugins.started().size() == 2 * (PodNetworks.MOST_AHEAD + 1));

        check("all have ended", () -> plugins.started().stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        assertEquals(List.of("early ADD last /netns/7", "early ADD last /netns/7"), plugins.calls());
    }

    private void startFiveAndAttachTheLast() {
        var waiting = IntStream.range(0, 5).mapToObj(i -> networks.prepare(POD, "s" + i, List.of())).toList();
        assertEquals(List.of("10.1.0.9"), attach("last", "/netns/7", List.of()).addresses());
        waiting.forEach(PendingAttachment::close);
    }

    @Test
    void failedAddIsTakenBack() throws IOException {
        plugins.configure("1.0.0", "first", "second").touch("fail-second");

        var failure = assertThrows(CniException.class, () -> attach("s1", "/proc/7/ns/net", List.of()));

        assertEquals("plugin type=\"second\" failed (ADD): no ports", failure.getMessage());
        assertEquals(List.of("second DEL s1", "first DEL s1 /proc/7/ns/net eth0"), plugins.calls().subList(2, 4));
        assertNull(networks.find("s1"));
    }

    @Test
    void attachmentThatWasCutShortIsKnownToALaterKubelet() throws IOException {
        plugins.configure("1.0.0", "first").touch("fail");
        assertThrows(CniException.class, () -> attach("s1", "/proc/7/ns/net", List.of()));

        var later = new PodNetworks(plugins.configurations(), plugins.binaries(), folder.resolve("attachments"), () -> null, InstantSource.system());

        assertNotNull(later.find("s1"));
        assertNull(later.find("s1").result());
        assertEquals("u1", later.all().getFirst().podUid());
    }

    @Test
    void deleteThatCannotSucceedEnds() throws IOException {
        plugins.configure("1.0.0", "first");
        attach("s1", "/proc/7/ns/net", List.of());
        plugins.touch("fail");

        for (int i = 1; i < PodNetworks.MOST_DELETES; i++) {
            assertThrows(CniException.class, () -> networks.detach("s1", ""));
            assertNotNull(networks.find("s1"));
        }
        networks.detach("s1", "");

        assertNull(networks.find("s1"));
        assertEquals(List.of(), networks.all());
    }

    @Test
    void attachmentWhoseFileWasCutShortIsForgotten() throws IOException {
        Files.createDirectories(folder.resolve("attachments"));
        Files.writeString(folder.resolve("attachments/s1.json"), "");
        Files.writeString(folder.resolve("attachments/s2.json"), "{\"podUid\": \"u");

        assertNull(networks.find("s1"));
        assertEquals(List.of(), networks.all());
        assertFalse(Files.exists(folder.resolve("attachments/s1.json")) || Files.exists(folder.resolve("attachments/s2.json")));
    }

    @Test
    void detachUsesTheConfigurationOfItsTime() throws IOException {
        plugins.configure("1.0.0", "first");
        attach("s1", "/proc/7/ns/net", List.of());
        plugins.configure("1.0.0", "second");

        networks.detach("s1", "");

        assertEquals("first DEL s1  eth0", plugins.calls().getLast());
    }

    @Test
    void errorOfAPluginIsPassedOn() throws IOException {
        plugins.configure("1.0.0", "first").touch("fail");

        var failure = assertThrows(CniException.class, () -> attach("s1", "/n", List.of()));

        assertEquals("plugin type=\"first\" failed (DEL): no more addresses: try later", failure.getMessage());
    }

    @Test
    void missingPluginIsNamed() throws IOException {
        plugins.configure("1.0.0", "third");

        var failure = assertThrows(CniException.class, () -> attach("s1", "/n", List.of()));

        assertTrue(failure.getMessage().startsWith("failed to find plugin \"third\" in path"), failure.getMessage());
    }

    @Test
    void garbageIsCollectedAndStatusAskedOnlyOfNewNetworks() throws IOException {
        plugins.configure("1.0.0", "first");
        networks.collectGarbage(Set.of("s1"));
        assertEquals(List.of(), plugins.calls());

        plugins.configure("1.1.0", "first");
        networks.collectGarbage(Set.of("s1"));
        networks.readiness();
        networks.readiness();

        assertEquals(List.of("first GC   ", "first STATUS   "), plugins.calls().stream().map(call -> call.replace("eth0", "")).toList());
        assertTrue(plugins.inputs().contains("\"cni.dev/valid-attachments\":[{\"containerID\":\"s1\",\"ifname\":\"eth0\"}]"), plugins.inputs());
    }
}
