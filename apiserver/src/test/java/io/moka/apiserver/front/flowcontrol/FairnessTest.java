package io.moka.apiserver.front.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A real server with few seats, one client that lists all day, and a node that must renew its lease.
final class FairnessTest {
    private static final int NOISY_THREADS = 40;

    @Test
    void aNoisyClientDoesNotStarveANodesLease() throws Exception {
        try (TestServer server = TestServer.start("--max-requests-inflight=12", "--max-mutating-requests-inflight=8");
                ExecutorService noise = Executors.newFixedThreadPool(NOISY_THREADS)) {
            String namespace = server.namespace("noisy");
            String big = "x".repeat(1000);
            for (int i = 0; i < 90; i++) {
                server.admin().post(namespace + "/configmaps", "{\"metadata\":{\"name\":\"c" + i + "\"},\"data\":{\"a\":\"" + big + "\"}}");
            }
            server.admin().post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "{\"metadata\":{\"name\":\"noisy\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\","
                    + "\"name\":\"view\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"noisy\"}]}");
            var noisy = server.as(TestPki.shared().client("noisy"));
            TestServer.await("the role counts", () -> noisy.get(namespace + "/configmaps").code() == 200);
            AtomicBoolean running = new AtomicBoolean(true);
            AtomicInteger served = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            Set<Integer> unexpected = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < NOISY_THREADS; i++) {
                TestServer.Caller own = server.as(TestPki.shared().client("noisy"));
                noise.submit(() -> {
                    while (running.get()) {
                        int code = own.get(namespace + "/configmaps").code();
                        switch (code) {
                            case 200 -> served.incrementAndGet();
                            case 429 -> refused.incrementAndGet();
                            default -> unexpected.add(code);
                        }
                    }
                });
            }
            List<Long> millis;
            try {
                TestServer.await("there is noise", () -> served.get() > 100);
                millis = renewals(server, 100);
            } finally {
                running.set(false);
                noise.shutdown();
            }
            assertTrue(noise.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(Set.of(), unexpected);
            Collections.sort(millis);
            assertTrue(millis.get(98) < 1000, "the 99th of 100 renewals took " + millis.get(98) + " ms, the 50th " + millis.get(49) + "; " + served + " lists, " + refused + " refused");
        }
    }

    private static List<Long> renewals(TestServer server, int count) {
        var node = server.as(TestPki.shared().client("system:node:n1", "system:nodes"));
        String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
        var made = node.post(leases, "{\"metadata\":{\"name\":\"n1\"},\"spec\":{\"holderIdentity\":\"n1\"}}");
        assertEquals(201, made.code(), made.body());
        assertTrue(made.response().headers().firstValue("X-Kubernetes-PF-FlowSchema-UID").isPresent());
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            var renewed = node.patch(leases + "/n1", "merge-patch", "{\"spec\":{\"renewTime\":\"" + Instant.now().toString().replaceAll("\\.\\d+", "") + "\",\"leaseTransitions\":" + i + "}}");
            assertEquals(200, renewed.code(), renewed.body());
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
        return millis;
    }

    @Test
    void whoAsksForMoreThanTheQueuesHoldIsToldToComeBack() throws Exception {
        try (TestServer server = TestServer.start("--max-requests-inflight=2", "--max-mutating-requests-inflight=1", "--request-timeout=2s")) {
            server.admin().post("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations",
                    "{\"metadata\":{\"name\":\"narrow\"},\"spec\":{\"type\":\"Limited\",\"limited\":{\"nominalConcurrencyShares\":0,\"borrowingLimitPercent\":0,\"limitResponse\":{\"type\":\"Reject\"}}}}");
            var made = server.admin().post("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", """
                    {"metadata":{"name":"narrow"},"spec":{"matchingPrecedence":50,"priorityLevelConfiguration":{"name":"narrow"},"rules":[{"subjects":[{"kind":"User","user":{"name":"slow"}}],
                     "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"clusterScope":true,"namespaces":["*"]}]}]}}""");
            assertEquals(201, made.code(), made.body());
            server.admin().post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "{\"metadata\":{\"name\":\"slow\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\","
                    + "\"name\":\"view\"},\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"slow\"}]}");
            var slow = server.as(TestPki.shared().client("slow"));
            TestServer.await("schema and role count", () -> slow.get("/api/v1/namespaces").response().headers().firstValue("X-Kubernetes-PF-FlowSchema-UID").orElse("").equals(made.text("metadata", "uid"))
                    && slow.get("/api/v1/namespaces").code() == 200);
            // one that waits for a revision that does not come holds the only seat
            AtomicBoolean holding = new AtomicBoolean(true);
            TestServer.Caller own = server.as(TestPki.shared().client("slow"));
            Thread holder = Thread.ofPlatform().start(() -> {
                while (holding.get()) {
                    own.get("/api/v1/namespaces?resourceVersion=999999999");
                }
            });
            TestServer.Answer[] answer = new TestServer.Answer[1];
            TestServer.await("the second is refused", () -> {
                answer[0] = slow.get("/api/v1/namespaces");
                return answer[0].code() == 429;
            });
            holding.set(false);
            assertEquals("1", answer[0].response().headers().firstValue("Retry-After").orElse(""));
            assertEquals("TooManyRequests", answer[0].text("reason"));
            assertEquals(200, server.admin().get("/api/v1/namespaces").code());
            holder.join();
            TestServer.await("the seat is free again", () -> slow.get("/api/v1/namespaces").code() == 200);
        }
    }

    @Test
    void aWatchGivesItsSeatBack() throws Exception {
        try (TestServer server = TestServer.start("--max-requests-inflight=2", "--max-mutating-requests-inflight=1")) {
            var bob = server.as(TestPki.shared().client("system:kube-scheduler"));
            List<TestServer.Watching> watches = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                watches.add(bob.watch("/api/v1/pods?watch=true"));
            }
            assertEquals(200, bob.get("/api/v1/pods").code());
            // the seat of the last request is given back after its answer has been sent
            TestServer.await("only requests that are in progress hold a seat", () -> server.admin().get("/debug/api_priority_and_fairness/dump_priority_levels").body()
                    .lines().anyMatch(line -> line.matches("workload-high, 0, true, false, 0, 0, \\d+, 0, 0, 0")));
            watches.forEach(TestServer.Watching::close);
        }
    }
}
