package io.moka.controllers.podgc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.testing.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The reconciler over caches that show the world as it was.
class PodGcReconcilerTest {

    private TestApi api;
    private PodGcReconciler reconciler;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        reconciler = new PodGcReconciler(api.context());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Node node(String name) {
        return new NodeBuilder().withNewMetadata().withName(name).withUid("uid-" + name).endMetadata().withNewSpec().endSpec().build();
    }

    private static Pod pod(String name, String uid, String node) {
        return new PodBuilder().withNewMetadata().withNamespace("n").withName(name).withUid(uid).endMetadata().withNewSpec().withNodeName(node).endSpec()
                .withNewStatus().withPhase("Succeeded").endStatus().build();
    }

    /// Looks at the pods now, and again when the quarantine is over.
    private void reconcileAfterQuarantine(String... pods) {
        for (var pod : pods) {
            assertEquals(Outcome.requeueAt(api.time().instant().plusSeconds(40)), reconciler.reconcile(new ObjectKey("n", pod)));
        }
        api.time().pass(Duration.ofSeconds(40));
        for (var pod : pods) {
            reconciler.reconcile(new ObjectKey("n", pod));
        }
    }

    private List<String> deletions() {
        return api.writes().stream().filter(write -> write.startsWith("DELETE")).toList();
    }

    @Test
    void podsAreNotForcedAwayFromANodeThatOnlyTheCacheMisses() throws Exception {
        api.put(pod("p", "u1", "back"));
        api.start();
        api.put(node("back"));
        reconcileAfterQuarantine("p");
        assertEquals(List.of(), api.writes());
    }

    @Test
    void onlyThePodThatWasOnTheGoneNodeIsForcedAway() throws Exception {
        api.put(pod("same", "u1", "gone"));
        api.put(pod("again", "u2", "gone"));
        api.put(pod("elsewhere", "u3", "gone"));
        api.start();
        api.put(pod("again", "u2-new", "gone"));
        api.put(pod("elsewhere", "u3", "other"));
        reconcileAfterQuarantine("same", "again", "elsewhere");
        assertEquals(List.of("DELETE /api/v1/namespaces/n/pods/same"), deletions());
        var body = api.requests().stream().filter(request -> request.method().equals("DELETE")).findFirst().orElseThrow().body();
        assertTrue(body.contains("\"uid\":\"u1\"") && body.contains("\"gracePeriodSeconds\":0"), body);
    }

    /// The pod's name was given again between the look and the deletion.
    @Test
    void aPodThatTookTheNameAtTheLastMomentStays() throws Exception {
        api.put(pod("p", "u1", "gone"));
        api.start();
        api.refuse((request, reply) -> {
            if (request.method().equals("DELETE")) {
                api.put(pod("p", "u2", "gone"));
            }
            return false;
        });
        reconcileAfterQuarantine("p");
        assertEquals("u2", api.get(pod("p", "u2", "gone")).at("/metadata/uid").asText());
    }

    /// The node was deleted while no controller ran: no event tells of it.
    @Test
    void podsOfANodeThatWasDeletedUnseenAreCollectedAfterTheStart() throws Exception {
        api.put(pod("left", "u1", "gone"));
        var controllers = PodGarbageCollector.create(api.context(), 0);
        api.start();
        controllers.forEach(controller -> controller.start());
        try {
            Await.until("the pod is deleted", () -> {
                api.time().pass(Duration.ofSeconds(41));
                return deletions().contains("DELETE /api/v1/namespaces/n/pods/left");
            });
        } finally {
            controllers.forEach(controller -> controller.close());
        }
    }
}
