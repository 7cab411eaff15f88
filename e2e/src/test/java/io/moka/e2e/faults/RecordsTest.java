package io.moka.e2e.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import io.moka.machinery.testing.Await;
import io.moka.machinery.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The records of the fault rounds, with a server that breaks its promises: what they do not notice, no round finds.
class RecordsTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private ScriptedServer server;
    private ApiClient client;

    private void serve(ScriptedServer.Script script) throws IOException {
        server = new ScriptedServer(script);
        client = server.client();
    }

    @AfterEach
    void stop() {
        end.countDown();
        client.close();
        server.close();
    }

    private static String map(String name, int version, String value) {
        return "{\"metadata\":{\"namespace\":\"n\",\"name\":\"" + name + "\",\"resourceVersion\":\"" + version + "\"},\"data\":{\"value\":\"" + value + "\"}}";
    }

    @Test
    void aWitnessThatCannotGoOnIsAViolation() throws IOException {
        serve((request, reply) -> reply.json(200, map("ledger", 7, "nonsense")));
        try (var witness = new Witness(client, "n")) {
            witness.start();
            Await.until("a violation", () -> !witness.violations().isEmpty());
            assertTrue(witness.violations().getFirst().startsWith("the witness cannot go on: java.lang.NumberFormatException"), witness.violations()::toString);
        }
    }

    @Test
    void theAnswersOfEachRoundAreCounted() throws IOException {
        var version = new AtomicInteger();
        var ledger = new AtomicReference<>("");
        serve((request, reply) -> {
            var body = Json.mapper().readTree(request.body().isEmpty() ? ledger.get() : request.body());
            boolean isLedger = body.at("/metadata/name").asText().equals("ledger");
            if (isLedger) {
                ledger.set(map("ledger", version.incrementAndGet(), body.at("/data/value").asText()));
            }
            reply.json(200, isLedger ? ledger.get() : request.body());
        });
        try (var witness = new Witness(client, "n")) {
            witness.start();
            Await.until("some answers", () -> witness.answeredInRound() >= 3);
            witness.beginRound();
            assertTrue(witness.answeredInRound() < 3, "those of an earlier round do not count");
            Await.until("some answers", () -> witness.answeredInRound() >= 3);
            assertEquals(List.of(), witness.violations());
        }
    }

    @Test
    void eventsOfAnObjectOutOfOrderAreViolations() throws IOException {
        serve((request, reply) -> {
            if (!request.isWatch()) {
                reply.json(200, "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[" + map("a", 3, "1") + "]}");
                return;
            }
            if (request.query().get("resourceVersion").equals("5")) {
                reply.event("MODIFIED", map("a", 6, "2"));
                reply.event("ADDED", map("a", 7, "3"));
                reply.event("ADDED", map("b", 8, "1"));
                reply.event("DELETED", map("b", 9, "1"));
                reply.event("DELETED", map("b", 10, "1"));
                reply.event("MODIFIED", map("c", 11, "1"));
            }
            end.await();
        });
        try (var book = new WatchBook(client, "n")) {
            book.start();
            Await.until("all events", () -> book.compare(Map.of(), Duration.ZERO).size() >= 3);
            assertEquals(List.of("out of order: Added of a at 7", "out of order: Deleted of b at 10", "out of order: Modified of c at 11"), book.compare(Map.of(), Duration.ZERO));
        }
    }

    @Test
    void aWatchThatCannotBeRecordedIsAViolation() throws IOException {
        serve((request, reply) -> {
            if (request.isWatch()) {
                reply.event("ADDED", map("ledger", 6, "nonsense"));
                end.await();
            } else {
                reply.json(200, "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[]}");
            }
        });
        try (var book = new WatchBook(client, "n")) {
            book.start();
            Await.until("a violation", () -> !book.compare(Map.of(), Duration.ZERO).isEmpty());
            assertTrue(book.compare(Map.of(), Duration.ZERO).getFirst().startsWith("the watch cannot be recorded any more: java.lang.NumberFormatException"));
        }
    }
}
