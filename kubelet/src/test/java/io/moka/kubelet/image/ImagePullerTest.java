package io.moka.kubelet.image;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.kubelet.source.MapClusterObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePullerTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private final FakeRuntime runtime = new FakeRuntime();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private PulledImages pulled;
    private ImagePuller puller;
    private final AtomicInteger rings = new AtomicInteger();

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        pulled = new PulledImages(folder);
        puller = new ImagePuller(runtime, new MapClusterObjects(clock), (pod, container, warning, reason, message) -> events.add(pod.getMetadata().getName() + " " + reason), pulled, clock);
    }

    private static Pod pod(String name) {
        return new PodBuilder().withNewMetadata().withName(name).withNamespace("default").withUid("uid-" + name).endMetadata().withNewSpec().endSpec().build();
    }

    private static Container container(String name, String image, String policy) {
        return new ContainerBuilder().withName(name).withImage(image).withImagePullPolicy(policy).build();
    }

    private ImageOutcome ensure(String pod, String container, String image) {
        return puller.ensure(pod(pod), container(container, image, "Always"), rings::incrementAndGet);
    }

    @Test
    void imageIsPulledOnceForAllThatWaitForIt() {
        var open = new CountDownLatch(1);
        runtime.serve("example.com/web:1", open);

        for (int i = 0; i < 20; i++) {
            assertInstanceOf(ImageOutcome.Pulling.class, ensure("p" + i, "a", "example.com/web:1"));
            assertInstanceOf(ImageOutcome.Pulling.class, ensure("p" + i, "b", "example.com/web:1"));
            assertInstanceOf(ImageOutcome.Pulling.class, ensure("p" + i, "b", "example.com/web:1"));
        }
        open.countDown();

        check("all are told", () -> rings.get() == 40);
        for (int i = 0; i < 20; i++) {
            assertInstanceOf(ImageOutcome.Present.class, ensure("p" + i, "a", "example.com/web:1"));
            assertInstanceOf(ImageOutcome.Present.class, ensure("p" + i, "b", "example.com/web:1"));
        }
        assertEquals(List.of("example.com/web:1"), runtime.pulls());
        assertEquals(40, events.stream().filter(event -> event.endsWith(" Pulled")).count());
    }

    @Test
    void slowRegistryDoesNotTakeAllSlots() {
        var never = new CountDownLatch(1);
        for (int i = 0; i < 20; i++) {
            runtime.serve("slow.example.com/i" + i + ":1", never);
            ensure("p" + i, "a", "slow.example.com/i" + i + ":1");
        }
        runtime.serve("fast.example.com/web:1", new CountDownLatch(0));

        ensure("other", "a", "fast.example.com/web:1");

        check("the other is there", () -> runtime.image("fast.example.com/web:1") != null);
        assertEquals(PullQueue.SLOTS_OF_A_REGISTRY + 1, runtime.pulls().size());
        never.countDown();
        check("the slow ones come, too", () -> rings.get() == 21);
        assertEquals(21, runtime.pulls().size());
    }

    @Test
    void unforeseenFailureOfAPullIsToldAndFreesItsSlot() {
        for (int i = 1; i <= PullQueue.SLOTS_OF_A_REGISTRY + 1; i++) {
            runtime.failOnce(new IllegalStateException("defect"));
            ensure("p" + i, "a", "example.com/web:" + i);
            int pulls = i;
            check("it has failed", () -> rings.get() == pulls);
            assertEquals(new ImageOutcome.Unavailable("ErrImagePull", "unforeseen: java.lang.IllegalStateException: defect"), ensure("p" + i, "a", "example.com/web:" + i));
        }
        runtime.serve("example.com/web:1", new CountDownLatch(0));
        now.updateAndGet(time -> time.plusSeconds(10));

        assertInstanceOf(ImageOutcome.Pulling.class, ensure("p1", "a", "example.com/web:1"));
        check("it comes", () -> ensure("p1", "a", "example.com/web:1") instanceof ImageOutcome.Present);
    }

    @Test
    void podWhoseSecretsCannotBeReadNowAsksAgain() {
        var broken = new AtomicBoolean(true);
        var objects = new MapClusterObjects(clock) {
            @Override
            public Secret secret(String namespace, String name) {
                if (broken.get()) {
                    throw new IllegalStateException("defect");
                }
                return super.secret(namespace, name);
            }
        };
        puller = new ImagePuller(runtime, objects, (pod, container, warning, reason, message) -> { }, pulled, clock);
        var pod = new PodBuilder(pod("p")).editSpec().addNewImagePullSecret("login").endSpec().build();
        runtime.serve("example.com/web:1", new CountDownLatch(0));
        var container = container("a", "example.com/web:1", "Always");
        assertThrows(IllegalStateException.class, () -> puller.ensure(pod, container, rings::incrementAndGet));

        broken.set(false);
        objects.secret("login", ".dockerconfigjson", "{}");

        check("it comes", () -> puller.ensure(pod, container, rings::incrementAndGet) instanceof ImageOutcome.Present);
    }

    @Test
    void failureIsToldOnceAndThenHeldBack() {
        ensure("p", "a", "example.com/none:1");
        check("it has failed", () -> rings.get() == 1);

        assertEquals("ErrImagePull", assertInstanceOf(ImageOutcome.Unavailable.class, ensure("p", "a", "example.com/none:1")).reason());
        assertEquals("ImagePullBackOff", assertInstanceOf(ImageOutcome.Unavailable.class, ensure("p", "a", "example.com/none:1")).reason());
        assertInstanceOf(ImageOutcome.Pulling.class, ensure("q", "a", "example.com/none:1"), "another pod's failure holds nothing back");
        check("it has failed for that pod", () -> rings.get() == 2);
        now.updateAndGet(time -> time.plusSeconds(9));
        assertInstanceOf(ImageOutcome.Unavailable.class, ensure("p", "a", "example.com/none:1"));

        now.updateAndGet(time -> time.plusSeconds(1));
        assertInstanceOf(ImageOutcome.Pulling.class, ensure("p", "a", "example.com/none:1"));
        check("it has failed again", () -> rings.get() == 3);
        ensure("p", "a", "example.com/none:1");
        now.updateAndGet(time -> time.plusSeconds(19));
        assertInstanceOf(ImageOutcome.Unavailable.class, ensure("p", "a", "example.com/none:1"), "the second failure holds back twice as long");
        now.updateAndGet(time -> time.plusSeconds(1));
        assertInstanceOf(ImageOutcome.Pulling.class, ensure("p", "a", "example.com/none:1"));
    }

    @Test
    void clockThatIsSetBackHoldsNothingBack() {
        ensure("p", "a", "example.com/none:1");
        check("it has failed", () -> rings.get() == 1);
        ensure("p", "a", "example.com/none:1");

        now.updateAndGet(time -> time.minus(Duration.ofHours(5)));

        assertInstanceOf(ImageOutcome.Pulling.class, ensure("p", "a", "example.com/none:1"));
    }

    @Test
    void pullsBeginInOrderWithinTheBoundsOfRegistries() {
        var order = new ArrayList<String>();
        var queue = new PullQueue<String>(order::add);
        for (int i = 0; i < 7; i++) {
            queue.add("a", "a" + i);
        }
        queue.add("b", "b0");
        assertEquals(List.of("a0", "a1", "a2", "a3", "a4", "b0"), order);

        queue.ended("a");
        assertEquals("a5", order.getLast());
        queue.ended("b");
        assertEquals(7, order.size(), "the registry has all it may have");
        queue.ended("a");
        assertEquals("a6", order.getLast());
    }
}
