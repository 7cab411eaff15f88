package io.moka.kubelet.pod;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Delivery of statuses to an apiserver that refuses them: which are tried again, and which are given up.
class StatusDeliveryTest {

    /// Answers with a pod whose resource version is no number.
    private static final int GARBLED = 0;
    private static final PodStatus SUCCEEDED = new PodStatusBuilder().withPhase("Succeeded").build();

    private final Pod pod = new PodBuilder(TestNode.pod("web", "sleep")).editMetadata().withResourceVersion("5").endMetadata().build();
    private final Deque<Integer> answersToPatches = new ConcurrentLinkedDeque<>();
    private final Deque<Integer> answersToDeletes = new ConcurrentLinkedDeque<>();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private HttpServer server;
    private ApiPodReports reports;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        reports = new ApiPodReports(new ApiClient(new ClientConfig("http://127.0.0.1:" + server.getAddress().getPort(), "default",
                SSLContext.getDefault(), null, "test")), duration -> Sleeper.SYSTEM.sleep(duration.dividedBy(10)));
    }

    @AfterEach
    void close() {
        gate.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        var answers = exchange.getRequestMethod().equals("PATCH") ? answersToPatches : answersToDeletes;
        int code = answers.isEmpty() ? 200 : answers.poll();
        boolean garbled = code == GARBLED;
        if (code == 200) {
            accepted.add(exchange.getRequestMethod());
        }
        var body = Json.bytes(code == 200 || garbled ? new PodBuilder(pod).editMetadata().withResourceVersion(garbled ? "x" : "7").endMetadata().build()
                : new StatusBuilder().withStatus("Failure").withCode(code).withMessage("refused").build());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(garbled ? 200 : code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void lastStatusThatIsRefusedForGoodKeepsNoPodTerminating(int code) {
        answersToPatches.add(code);

        reports.finish(pod, SUCCEEDED);

        check("the object is deleted", () -> accepted.equals(List.of("DELETE")));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 503})
    void lastStatusThatIsRefusedForNowIsNotTheEnd(int code) {
        answersToPatches.addAll(List.of(code, code));
        answersToDeletes.addAll(List.of(code, code, code));

        reports.finish(pod, SUCCEEDED);

        check("the object is deleted", () -> accepted.contains("DELETE"));
    }

    @Test
    void reportIsSentAgainAfterAnUnforeseenFailure() {
        answersToPatches.addAll(List.of(GARBLED, GARBLED));

        reports.report(pod, SUCCEEDED);

        check("it is written", () -> accepted.equals(List.of("PATCH")));
        check("nothing is on its way", () -> !reports.isAheadOf(new PodBuilder(pod).editMetadata().withResourceVersion("7").endMetadata().build()));
        reports.report(pod, SUCCEEDED);
        check("the next is written, too", () -> accepted.equals(List.of("PATCH", "PATCH")));
    }

    @Test
    void laterReportDoesNotDisplaceTheLastOne() {
        gate = new CountDownLatch(1);
        reports.finish(pod, SUCCEEDED);
        reports.report(pod, new PodStatusBuilder().withPhase("Running").build());
        gate.countDown();

        check("the object is deleted", () -> accepted.contains("DELETE"));
    }

    @Test
    void reportsAreAheadOfWhatWasShownBeforeThey() {
        gate = new CountDownLatch(1);
        reports.report(pod, SUCCEEDED);
        assertTrue(reports.isAheadOf(new PodBuilder(pod).editMetadata().withResourceVersion("9").endMetadata().build()), "on its way");
        gate.countDown();

        check("it is written", () -> !reports.isAheadOf(new PodBuilder(pod).editMetadata().withResourceVersion("7").endMetadata().build()));
        assertTrue(reports.isAheadOf(pod), "shown before it was written");
        assertFalse(reports.isAheadOf(TestNode.pod("other", "sleep")));
        assertEquals(List.of("PATCH"), accepted);
    }
}
