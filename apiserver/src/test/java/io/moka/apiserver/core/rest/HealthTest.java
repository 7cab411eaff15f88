package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Health, time-outs, and the end of a server.
final class HealthTest extends ServerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/livez                              | ok",
        "/readyz                             | ok",
        "/healthz                            | ok",
        "/readyz/etcd                        | ok",
        "/livez/ping                         | ok",
        "/readyz/shutdown                    | ok",
        "/readyz?exclude=etcd                | ok",
        "/livez?verbose                      | livez check passed",
        "/readyz?verbose                     | [+]etcd ok",
        "/readyz?verbose                     | [+]shutdown ok",
        "/readyz?verbose&exclude=etcd        | [+]etcd excluded: ok",
        "/readyz?verbose&exclude=nothing     | warn: some health checks cannot be excluded: no matches for \"nothing\"",
    })
    void checksAreShownOneByOne(String path, String contained) {
        var answer = admin().get(path);
        assertEquals(200, answer.code());
        assertTrue(answer.body().contains(contained), answer.body());
    }

    @Test
    void anUnknownCheckIsNotFound() {
        assertEquals(404, admin().get("/readyz/nothing").code());
    }

    @Test
    void theCheckThatFailsIsNamed() throws Exception {
        EtcdProcess etcd = EtcdProcess.start();
        try (TestServer alone = TestServer.startOn(etcd)) {
            etcd.stop();
            TestServer.await("the failure is noticed", () -> alone.admin().get("/readyz/etcd").code() == 500);
            var failed = alone.admin().get("/readyz");
            assertTrue(failed.body().contains("[-]etcd failed: reason withheld\n") && failed.body().contains("[+]ping ok\n") && failed.body().endsWith("readyz check failed\n"), failed.body());
            assertEquals(500, alone.admin().get("/readyz/etcd").code());
            assertEquals(200, alone.admin().get("/livez?exclude=etcd").code());
            long begun = System.nanoTime();
            var late = alone.admin().post("/api/v1/namespaces?timeout=1s", "{\"metadata\":{\"name\":\"x\"}}");
            assertTrue(late.code() >= 500, late.body());
            assertTrue(Duration.ofNanos(System.nanoTime() - begun).toSeconds() < 10, "etcd itself would be waited for longer");
        }
    }

    @Test
    void aRequestThatTakesTooLongIsEnded() {
        // without the time-out it would be told that the revision is too large
        var late = admin().get("/api/v1/pods?resourceVersion=999999999&timeout=300ms");
        assertEquals(504, late.code(), late.body());
        assertEquals("Timeout", late.text("reason"));
        assertEquals("Timeout: request did not complete within the allotted timeout", late.text("message"));
        assertEquals(200, admin().get("/api/v1/pods?timeout=30s").code());
    }

    @ParameterizedTest
    @CsvSource({"5", "abc", "1x", "s", "1.2.3s"})
    void aTimeoutThatIsNoneIsRefused(String timeout) {
        var answer = admin().get("/api/v1/pods?timeout=" + timeout);
        assertEquals(400, answer.code());
        assertTrue(answer.text("message").contains("invalid timeout specified in the request URL"), answer.body());
    }

    @Test
    void aServerThatEndsSaysSoFirstAndFinishesWhatItHas() throws Exception {
        TestServer ending = TestServer.start("--shutdown-delay-duration=1500ms");
        var watching = ending.admin().watch("/api/v1/namespaces/default/configmaps?watch=true");
        Thread end = Thread.ofPlatform().start(() -> {
            try {
                ending.close();
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        TestServer.await("it is no longer ready", () -> ending.admin().get("/readyz").code() == 500);
        assertTrue(ending.admin().get("/readyz").body().contains("[-]shutdown failed: reason withheld"));
        assertEquals(200, ending.admin().get("/livez").code());
        assertEquals(201, ending.admin().post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"late\"}}").code());
        assertEquals("late", String.valueOf(watching.next()).contains("\"late\"") ? "late" : "nothing");
        end.join();
        assertNull(watching.next());
    }

    @Test
    void aRequestThatIsBeingWorkedOnIsAnsweredBeforeTheEnd() throws Exception {
        TestServer ending = TestServer.start();
        try (var half = RawConnection.tls(ending.port(), null)) {
            half.send("POST /api/v1/namespaces HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12");
            var late = CompletableFuture.supplyAsync(() -> ending.admin().get("/api/v1/pods?resourceVersion=999999999&timeout=5s"));
            TestServer.await("it is in flight", () -> ending.admin().get("/metrics").body().lines()
                    .anyMatch(line -> line.startsWith("apiserver_current_inflight_requests{") && line.contains("readOnly") && !line.endsWith(" 1.0")));
            long begun = System.nanoTime();
            ending.close();
            assertEquals(504, late.get(1, TimeUnit.SECONDS).code());
            long took = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            assertTrue(took > 2_000 && took < 9_000, took + " ms");
        }
    }

    @Test
    void whoMayDoEverythingOrNothingIsAFlag() throws Exception {
        try (TestServer open = TestServer.start("--authorization-mode=AlwaysAllow")) {
            assertEquals(200, open.as(TestPki.shared().client("bob")).get("/api/v1/secrets").code());
        }
        try (TestServer closed = TestServer.start("--authorization-mode=AlwaysDeny", "--anonymous-auth=false")) {
            var refused = closed.as(TestPki.shared().client("bob")).get("/version");
            assertEquals(403, refused.code());
            assertTrue(refused.text("message").endsWith("Everything is forbidden."), refused.body());
            assertEquals(200, closed.admin().get("/api/v1/secrets").code());
            assertEquals(401, closed.anonymous().get("/version").code());
        }
    }
}
