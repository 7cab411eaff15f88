package io.moka.controllers.daemonset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two sets: one for all nodes, one for those with an SSD.
class NodeEventsTest {

    private final WorkQueue<ObjectKey> queue = new WorkQueue<>();
    private TestApi api;
    private NodeEvents events;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        api.put(set("all", Map.of()));
        api.put(set("ssd", Map.of("disk", "ssd")));
        events = new NodeEvents(api.context().informers().of(DaemonSet.class).lister(), queue);
        api.start();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static DaemonSet set(String name, Map<String, String> selector) {
        return new DaemonSetBuilder().withNewMetadata().withNamespace("n").withName(name).endMetadata()
                .withNewSpec().withNewTemplate().withNewSpec().withNodeSelector(selector).endSpec().endTemplate().endSpec().build();
    }

    private static NodeBuilder node() {
        return new NodeBuilder().withNewMetadata().withName("a").withLabels(Map.of("zone", "z")).endMetadata().withNewSpec().endSpec();
    }

    private static Node heartbeat(int number) {
        return node().editMetadata().withResourceVersion(Integer.toString(number)).addToAnnotations("beat", Integer.toString(number)).endMetadata()
                .withNewStatus().addNewCondition().withType("Ready").withStatus(number % 2 == 0 ? "True" : "False").withLastHeartbeatTime("at " + number).endCondition().endStatus().build();
    }

    private TreeSet<String> queued() throws InterruptedException {
        var names = new TreeSet<String>();
        while (queue.depth() > 0) {
            var key = queue.take();
            names.add(key.name());
            queue.done(key);
        }
        return names;
    }

    @Test
    void heartbeatsQueueNothing() throws Exception {
        IntStream.range(1, 1_000).forEach(i -> events.onEvent(heartbeat(i), heartbeat(i + 1)));
        assertEquals(new TreeSet<>(), queued());
    }

    @Test
    void newNodeQueuesTheSetsThatWantIt() throws Exception {
        events.onEvent(null, node().build());
        assertEquals(new TreeSet<>(Set.of("all")), queued());
    }

    @Test
    void labelQueuesTheSetsForWhichItDecides() throws Exception {
        events.onEvent(node().build(), node().editMetadata().addToLabels("disk", "ssd").endMetadata().build());
        assertEquals(new TreeSet<>(Set.of("ssd")), queued());
        events.onEvent(node().build(), node().editMetadata().addToLabels("rack", "r").endMetadata().build());
        assertEquals(new TreeSet<>(), queued());
    }

    @Test
    void taintQueuesTheSetsThatDoNotTolerateIt() throws Exception {
        events.onEvent(node().build(), node().editSpec().addNewTaint().withKey("t").withEffect("NoSchedule").endTaint().endSpec().build());
        assertEquals(new TreeSet<>(Set.of("all")), queued());
        events.onEvent(node().build(), node().editSpec().addNewTaint().withKey("node.kubernetes.io/unreachable").withEffect("NoExecute").endTaint().endSpec().build());
        assertEquals(new TreeSet<>(), queued());
    }

    @Test
    void deletedNodeQueuesTheSetsThatRanThere() throws Exception {
        events.onEvent(node().build(), null);
        assertEquals(new TreeSet<>(Set.of("all")), queued());
    }
}
