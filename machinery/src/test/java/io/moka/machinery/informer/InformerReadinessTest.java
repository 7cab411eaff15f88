package io.moka.machinery.informer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A server that goes away and comes back, by the clock of the test.
class InformerReadinessTest {

    private final VirtualTime time = new VirtualTime();
    private volatile boolean away;
    // counted down, a watch that is open ends
    private volatile CountDownLatch watchEnds = new CountDownLatch(1);
    private volatile boolean watching;

    private ScriptedServer server;
    private ApiClient client;
    private SharedInformer<ConfigMap> informer;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer(this::answer);
        client = server.client();
        informer = SharedInformer.of(client, ConfigMap.class).sleeper(time).nanoTime(time::nanos).build();
    }

    private void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws Exception {
        if (away) {
            reply.status(503, "ServiceUnavailable", "etcd is away");
        } else if (request.isWatch()) {
            reply.begin();
            watching = true;
            watchEnds.await();
        } else {
            reply.json(200, "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}");
        }
    }

    @AfterEach
    void stop() {
        watchEnds.countDown();
        informer.close();
        client.close();
        server.close();
    }

    private void follow() {
        informer.start();
        Await.until("the watch is open", () -> watching && informer.isReady());
    }

    /// The first attempt after the watch has ended is made a second later.
    private void goAway() {
        away = true;
        watchEnds.countDown();
        time.passOnceAsleep(1, Duration.ofSeconds(1));
        time.awaitAsleep(1);
    }

    @Test
    void aServerThatIsAwayForMoreThanTwoMinutesMakesTheInformerUnreadyUntilItIsBack() {
        follow();
        goAway();
        time.passOnceAsleep(1, Duration.ofSeconds(119));
        time.awaitAsleep(1);
        assertTrue(informer.isReady(), "a restart of the server is no reason");
        time.passOnceAsleep(1, Duration.ofSeconds(2));
        time.awaitAsleep(1);
        assertFalse(informer.isReady());
        assertTrue(informer.hasSynced(), "the cache is as it was");

        watchEnds = new CountDownLatch(1);
        away = false;
        time.passOnceAsleep(1, Duration.ofSeconds(30));
        Await.until("the informer is ready again", informer::isReady);
    }

    @Test
    void eachAbsenceCountsForItself() {
        follow();
        goAway();
        time.passOnceAsleep(1, Duration.ofSeconds(100));
        time.awaitAsleep(1);
        watchEnds = new CountDownLatch(1);
        watching = false;
        away = false;
        time.passOnceAsleep(1, Duration.ofSeconds(30));
        Await.until("the watch is open again", () -> watching);
        goAway();
        time.passOnceAsleep(1, Duration.ofSeconds(100));
        time.awaitAsleep(1);
        assertTrue(informer.isReady());
    }

    @Test
    void anInformerIsNotReadyBeforeItsFirstList() {
        away = true;
        informer.start();
        time.awaitAsleep(1);
        assertFalse(informer.isReady());
    }
}
