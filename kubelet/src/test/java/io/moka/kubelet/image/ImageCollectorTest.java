package io.moka.kubelet.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.kubelet.disk.FileSystemSpace;
import io.moka.kubelet.runtime.ContainerSpec;
import io.moka.kubelet.runtime.DockerEngine;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.kubelet.runtime.SandboxSpec;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCollectorTest {

    private static final PodIdentity POD = new PodIdentity("uid", "default", "web");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final FileSystemSpace FULL = new FileSystemSpace(10_000, 1_000, 9_000, 0, 0);
    private static final FileSystemSpace HALF_FULL = new FileSystemSpace(10_000, 5_000, 5_000, 0, 0);

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private final AtomicReference<Instant> now = new AtomicReference<>(START.plusSeconds(600));
    private final List<String> events = new ArrayList<>();
    private PulledImages pulled;
    private ImageCollector collector;

    @BeforeEach
    void open() throws IOException {
        pulled = new PulledImages(folder);
        collector = new ImageCollector(runtime, pulled, () -> folder, ImageCollector.Limits.STANDARD, (reason, message) -> events.add(reason + " " + message), now::get, Sleeper.SYSTEM);
    }

    /// Records an image that was pulled at START and last used this number of seconds after it.
    private void pull(String name, int usedAfterSeconds) throws Exception {
        runtime.serve(name, new CountDownLatch(0));
        runtime.pull(name, null);
        var image = runtime.image(name);
        pulled.add(name, image.id());
        pulled.touch(new PulledImages.Pulled(name, image.id(), START), START.plusSeconds(usedAfterSeconds));
    }

    private static ContainerSpec container(String sandbox, String image) {
        return new ContainerSpec(POD, sandbox, "main", 0, "h1", new ContainerSpec.Image(image, "sha256:" + image),
                new ContainerSpec.Process(List.of("sleep"), List.of(), List.of(), null, false, false, false, null), List.of(),
                new ContainerSpec.Limits(2, 0, 0), new ContainerSpec.Security(null, List.of(), false, false, false, List.of(), List.of(), new ContainerSpec.Confinement("unconfined", null, List.of()), 0),
                new ContainerSpec.Namespaces(false, false, false, false, null), ContainerSpec.Bounds.NONE);
    }

    /// Images with these sizes were last used in this order, a minute apart, the last one now; `expected` are those to be removed.
    @ParameterizedTest
    @CsvSource({"'', 100, ''", "50, 100, 0", "50 50 50 50, 100, 0 1", "50 50 50 50, 101, 0 1", "50 50 50 50, 1, 0", "200 1 1 1, 100, 0", "1 1, 100, ''", "1 1 1, 1000, 0"})
    void oldestGoFirstUntilEnoughIsFree(String sizes, long wanted, String expected) {
        var bytes = Arrays.stream(sizes.split(" ")).filter(size -> !size.isEmpty()).map(Long::parseLong).toList();
        var unused = new ArrayList<ImageCollector.Unused>();
        for (int i = 0; i < bytes.size(); i++) {
            unused.addFirst(new ImageCollector.Unused(new PulledImages.Pulled(Integer.toString(i), "id" + i, START.plusSeconds(60L * i)), bytes.get(i)));
        }
        var last = bytes.size() == 1 ? START.plusSeconds(600) : START.plusSeconds(60L * (bytes.size() - 1));

        var planned = ImageCollector.planned(unused, wanted, last, Duration.ofMinutes(2));

        assertEquals(expected, String.join(" ", planned.stream().map(image -> image.image().name()).toList()));
    }

    @ParameterizedTest
    @CsvSource({"1600, 0", "1501, 499", "1500, 500", "1000, 1000", "0, 2000", "9000, 0"})
    void diskIsEmptiedFromTheHighThresholdToTheLowOne(long available, long expected) {
        assertEquals(expected, ImageCollector.Limits.STANDARD.excess(new FileSystemSpace(10_000, available, 10_000 - available, 0, 0)));
        assertEquals(0, new ImageCollector.Limits(100, 80, Duration.ZERO).excess(new FileSystemSpace(10_000, available, 10_000 - available, 0, 0)));
    }

    @Test
    void limitsThatContradictEachOtherAreRefused() {
        assertEquals("LowThresholdPercent 90 can not be higher than HighThresholdPercent 85",
                assertThrows(IllegalArgumentException.class, () -> new ImageCollector.Limits(85, 90, Duration.ZERO)).getMessage());
    }

    @Test
    void nothingIsRemovedWhileThereIsRoom() throws Exception {
        pull("example.com/old:1", 0);
        collector.collect(HALF_FULL);
        assertNotNull(runtime.image("example.com/old:1"));
    }

    @Test
    void unusedImageIsRemovedWhenTheDiskIsFull() throws Exception {
        pull("example.com/old:1", 0);
        pull("example.com/newer:1", 60);
        collector.collect(FULL);
        assertNull(runtime.image("example.com/old:1"));
        assertNotNull(runtime.image("example.com/newer:1"), "enough was free by then");
        assertEquals(List.of("example.com/newer:1"), pulled.all().stream().map(PulledImages.Pulled::name).toList());
        assertEquals(List.of(), events);
    }

    @Test
    void whatCannotBeFreedIsToldOnTheNode() {
        collector.collect(FULL);
        assertEquals(List.of("FreeDiskSpaceFailed Failed to garbage collect required amount of images. Attempted to free 1000 bytes, but only found 0 bytes eligible to free."), events);
    }

    @Test
    void imageInUseStaysAndItsUseIsRemembered() throws Exception {
        pull("example.com/used:1", 0);
        var sandbox = runtime.createSandbox(new SandboxSpec(POD, 0, "web", false, false, false, Map.of(), 0, null));
        var container = runtime.createContainer(container(sandbox, "example.com/used:1"));
        collector.removeUnused();
        assertNotNull(runtime.image("example.com/used:1"));
        assertEquals(now.get(), pulled.all().getFirst().lastUsed());

        runtime.remove(container);
        collector.removeUnused();
        assertNotNull(runtime.image("example.com/used:1"), "it was used a moment ago");

        now.set(now.get().plusSeconds(120));
        collector.removeUnused();
        assertNull(runtime.image("example.com/used:1"));
    }

    @Test
    void imagesThatWereNotFetchedStay() {
        runtime.prepareSandboxImage();
        runtime.tag("moka/dns:1", "sha256:loaded");
        collector.removeUnused();
        assertNotNull(runtime.image("moka/dns:1"));
        assertNotNull(runtime.image(DockerEngine.BUSYBOX));
        assertEquals(3, runtime.images().size());
    }

    @Test
    void nameThatStandsForAnotherImageByNowStays() throws Exception {
        pull("example.com/web:1", 0);
        runtime.tag("example.com/web:1", "sha256:built-here");
        collector.removeUnused();
        assertNotNull(runtime.image("example.com/web:1"));
        assertEquals(List.of(), pulled.all());
    }

    @Test
    void halfWrittenNoteCountsForNothing() throws Exception {
        Files.writeString(folder.resolve("half"), "example.com/web:1\n");
        assertEquals(List.of(), pulled.all());
    }
}
