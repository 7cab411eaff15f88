package io.moka.machinery.leaderelection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Await;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ScriptedServer;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderElectorTest {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final List<Thread> threads = new ArrayList<>();

    private ScriptedServer server;
    private ApiClient client;
    private volatile boolean refuseWrites;

    // guarded by this: the one lease
    private ObjectNode lease;
    private int revision;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> {
            synchronized (this) {
                answer(request, reply);
            }
        });
        client = server.client();
    }

    private void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        if (request.method().equals("GET")) {
            if (lease == null) {
                reply.status(404, "NotFound", "no lease");
            } else {
                reply.json(200, lease.toString());
            }
            return;
        }
        var written = (ObjectNode) Json.mapper().readTree(request.body());
        boolean stale = lease != null && !lease.at("/metadata/resourceVersion").equals(written.at("/metadata/resourceVersion"));
        if (refuseWrites || stale) {
            reply.status(409, "Conflict", "changed");
        } else {
            ((ObjectNode) written.get("metadata")).put("resourceVersion", Integer.toString(++revision));
            lease = written;
            reply.json(200, lease.toString());
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (var thread : threads) {
            thread.interrupt();
            thread.join();
        }
        client.close();
        server.close();
    }

    private Thread acquiring(String identity) {
        return running(() -> elector(identity).acquire());
    }

    private LeaderElector elector(String identity) {
        return new LeaderElector(client, "kube-system", "test", identity, clock);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Thread running(Work work) {
        var thread = Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        threads.add(thread);
        return thread;
    }

    private synchronized String spec(String field) {
        return lease.path("spec").path(field).asText();
    }

    @Test
    void theFirstLeadsAndTheSecondWaitsUntilTheLeaseHasRunOut() throws InterruptedException {
        elector("one").acquire();
        assertEquals("one", spec("holderIdentity"));
        assertEquals("15", spec("leaseDurationSeconds"));
        var second = acquiring("two");
        Await.until("the second has looked", () -> server.requests().size() >= 6);
        assertTrue(second.isAlive());
        now = now.plusSeconds(14);
        int before = server.requests().size();
        Await.until("the second has looked again", () -> server.requests().size() >= before + 3);
        assertTrue(second.isAlive());
        now = now.plusSeconds(2);
        second.join();
        assertEquals("two", spec("holderIdentity"));
        assertEquals("1", spec("leaseTransitions"));
    }

    @Test
    void aRenewedLeaseDoesNotRunOut() throws InterruptedException {
        var first = elector("one");
        first.acquire();
        var second = acquiring("two");
        for (int i = 0; i < 4; i++) {
            int before = server.requests().size();
            Await.until("the second has looked", () -> server.requests().size() >= before + 2);
            now = now.plusSeconds(10);
            first.acquire();
        }
        assertTrue(second.isAlive());
        assertEquals("one", spec("holderIdentity"));
        assertEquals("0", spec("leaseTransitions"));
    }

    @Test
    void whoeverLeadsRenewsWithoutReadingFirst() throws InterruptedException {
        var leader = elector("one");
        leader.acquire();
        int before = server.requests().size();
        leader.acquire();
        assertEquals(List.of("PUT"), server.requests().stream().skip(before).map(ScriptedServer.Request::method).toList());
    }

    @Test
    void theSameIdentityLeadsAtOnceAfterARestart() throws InterruptedException {
        elector("one").acquire();
        var acquired = spec("acquireTime");
        now = now.plusSeconds(1);
        elector("one").acquire();
        assertEquals(acquired, spec("acquireTime"));
        assertFalse(acquired.equals(spec("renewTime")));
    }

    @Test
    void aLeaderThatCannotRenewGivesUpAfterTenSeconds() throws InterruptedException {
        var leader = elector("one");
        leader.acquire();
        var holding = running(leader::holdUntilLost);
        Await.until("renewed once", () -> revision() >= 2);
        refuseWrites = true;
        Await.until("given up", () -> {
            now = now.plusSeconds(1);
            return !holding.isAlive();
        });
        assertEquals("one", spec("holderIdentity"));
    }

    @Test
    void aLeaderThatWasReplacedStopsAtOnce() throws InterruptedException {
        var leader = elector("one");
        leader.acquire();
        var holding = running(leader::holdUntilLost);
        synchronized (this) {
            ((ObjectNode) lease.get("spec")).put("holderIdentity", "two");
            ((ObjectNode) lease.get("metadata")).put("resourceVersion", Integer.toString(++revision));
        }
        holding.join();
        assertEquals("two", spec("holderIdentity"));
    }

    private synchronized int revision() {
        return revision;
    }
}
