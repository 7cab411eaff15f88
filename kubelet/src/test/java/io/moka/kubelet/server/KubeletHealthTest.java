package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.cni.ScriptedPlugins;
import io.moka.kubelet.node.Machine;
import io.moka.kubelet.pod.TestNode;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the kubelet says of itself while its loops go on, wait for a hung engine, or are stuck.
class KubeletHealthTest extends ServedNodeTest {

    /// The threads that sleep between two rounds: `housekeeping` and `local-storage`.
    private static final int LOOPS = 2;
    private static final Duration ROUND = Duration.ofSeconds(30);

    private final VirtualTime time = new VirtualTime();
    private HttpClient anyone;

    @BeforeEach
    void beginAnewInVirtualTime() throws Exception {
        close();
        runtime.records().forEach(record -> runtime.remove(record.id()));
        var plugins = new ScriptedPlugins(folder.resolve("virtual")).configure("1.0.0", "first");
        node = new TestNode(runtime, folder.resolve("virtual/kubelet"), plugins.configurations(), plugins.binaries(), time);
        server = KubeletServer.start(new KubeletServer.Address("127.0.0.1", 0, folder.resolve("server.crt"), folder.resolve("server.key"), folder.resolve("ca.crt")),
                runtime, node.workers, node.measurements(new Machine(folder)), health(), time);
        anyone = client(null);
        node.run(TestNode.pod("web", "sleep"));
        time.passOnceAsleep(LOOPS, Duration.ofSeconds(1));
        time.awaitAsleep(LOOPS);
    }

    private String get(String path) {
        try {
            var answer = anyone.send(HttpRequest.newBuilder(uri("https", path)).build(), BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body().strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void goRound() {
        time.passOnceAsleep(LOOPS, ROUND);
        time.awaitAsleep(LOOPS);
    }

    private void requireWell() {
        assertEquals("200 ok", get("/healthz"));
        assertEquals("200 ok", get("/livez"));
        assertEquals("200 ok", get("/readyz"));
    }

    @Test
    void hungEngineMakesTheKubeletNotReadyAndNoRestartIsAskedFor() {
        requireWell();
        runtime.hang(true);
        for (int i = 0; i < 20; i++) {
            goRound();
            assertEquals("200 ok", get("/livez"));
            assertEquals("200 ok", get("/healthz"));
        }
        assertEquals("500 not ready: engine: listing the engine's containers last succeeded 600 s ago", get("/readyz"));

        runtime.hang(false);
        goRound();
        requireWell();
    }

    @Test
    void loopThatIsStuckIsNotAliveUntilItGoesOn() {
        requireWell();
        var stuck = new CountDownLatch(1);
        runtime.holdLists(stuck);
        time.passOnceAsleep(LOOPS, ROUND);
        // the housekeeping waits for the list
        time.awaitAsleep(LOOPS - 1);
        time.pass(Duration.ofMinutes(4));
        assertEquals("200 ok", get("/livez"));
        time.pass(Duration.ofMinutes(2));
        assertTrue(get("/livez").startsWith("500 not alive: syncloop: housekeeping last succeeded "), get("/livez"));
        assertTrue(get("/healthz").startsWith("500 not healthy: syncloop: "), get("/healthz"));

        stuck.countDown();
        check("it is alive again", () -> get("/livez").equals("200 ok"));
        check("it is ready again", () -> get("/readyz").equals("200 ok"));
    }
}
