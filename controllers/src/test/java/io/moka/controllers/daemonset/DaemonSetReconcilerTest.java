package io.moka.controllers.daemonset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.testing.Await;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The controller on one node, by the clock of the test.
class DaemonSetReconcilerTest {

    private static final DaemonSet SET = new DaemonSetBuilder().withNewMetadata().withNamespace("n").withName("agent").withUid("u").withGeneration(1L).endMetadata()
            .withNewSpec().withNewSelector().addToMatchLabels("app", "agent").endSelector()
            .withNewTemplate().withNewMetadata().withLabels(Map.of("app", "agent")).endMetadata()
            .withNewSpec().addNewContainer().withName("agent").withImage("agent").endContainer().endSpec().endTemplate()
            .withRevisionHistoryLimit(10).withNewUpdateStrategy().withType("RollingUpdate").withNewRollingUpdate().withNewMaxUnavailable(1).withNewMaxSurge(0).endRollingUpdate()
            .endUpdateStrategy().endSpec().build();

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        api.put(SET);
        api.put(new NodeBuilder().withNewMetadata().withName("a").endMetadata().withNewSpec().endSpec()
                .withNewStatus().addNewCondition().withType("Ready").withStatus("True").endCondition().endStatus().build());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private long statusWrites() {
        return api.writes().stream().filter(write -> write.endsWith("/daemonsets/agent/status")).count();
    }

    @Test
    void podsThatAreRefusedCauseOneStatusWriteAndEverRarerAttempts() throws Exception {
        var attempts = new AtomicInteger();
        api.refuse((request, reply) -> {
            if (request.path().endsWith("/pods")) {
                reply.status(403, "Forbidden", "pods \\\"agent-" + attempts.incrementAndGet() + "\\\" is forbidden: exceeded quota");
                return true;
            }
            return false;
        });
        var controller = DaemonSetController.create(api.context());
        api.start();
        controller.start();
        try {
            Await.until("the first attempt", () -> attempts.get() > 0);
            long seen = 0;
            for (int second = 0; second < 600; second++) {
                // as the real server does, each status write is an event
                if (statusWrites() > seen) {
                    seen = statusWrites();
                    api.publish(SET);
                }
                api.time().pass(Duration.ofSeconds(1));
                LockSupport.parkNanos(3_000_000);
            }
            int before = attempts.get();
            api.time().pass(Duration.ofHours(1));
            Await.until("another attempt", () -> attempts.get() > before);
        } finally {
            controller.close();
        }
        assertEquals(1, statusWrites());
        assertTrue(attempts.get() <= 25, "attempts in ten minutes: " + attempts);
    }
}
