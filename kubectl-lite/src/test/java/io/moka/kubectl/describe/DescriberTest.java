package io.moka.kubectl.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares kubectl-lite's descriptions of objects (`*.json`) with those that kubectl 1.33 printed of them (`*.txt`, without events).
class DescriberTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOW = Instant.parse("2026-11-28T22:00:00Z");
    private static final JsonNode AROUND = json("surroundings.json");

    private static String text(String file) {
        try (var resource = DescriberTest.class.getResourceAsStream(file)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String file) {
        try {
            return JSON.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the recorded list of a path, filtered by an equality label selector.
    private static List<JsonNode> list(String path, Map<String, String> query) {
        var items = new ArrayList<JsonNode>();
        for (var item : AROUND.path(path)) {
            boolean matches = true;
            for (var term : query.getOrDefault("labelSelector", "").split(",")) {
                var pair = term.split("=", 2);
                matches &= pair.length < 2 || item.path("metadata").path("labels").path(pair[0]).asText("").equals(pair[1]);
            }
            if (matches) {
                items.add(item);
            }
        }
        return items;
    }

    @ParameterizedTest
    @ValueSource(strings = {"pod", "pod-with-sidecar", "deployment", "replica-set", "daemonset", "statefulset", "job", "cronjob", "service", "claim", "volume", "limits",
            "config-map", "role", "binding", "budget", "storage-class", "service-account", "quota"})
    void saysWhatUpstreamSays(String name) {
        var said = Describer.describe(json(name + ".json"), DescriberTest::list, NOW);
        assertEquals(text(name + ".txt").strip(), said.replaceAll("(?m)^Events:.*\\R?", "").strip());
    }

    @Test
    void eventsHaveAgesAndCounts() throws IOException {
        var events = new ArrayList<JsonNode>();
        JSON.readTree("""
                [{"type":"Warning","reason":"BackOff","message":"again ","count":3,"firstTimestamp":"2026-11-28T21:50:00Z","lastTimestamp":"2026-11-28T21:59:30Z","source":{"component":"kubelet"}},
                 {"type":"Normal","reason":"Scheduled","message":"to a node","eventTime":"2026-11-28T21:40:00Z","reportingComponent":"default-scheduler"}]
                """).forEach(events::add);
        var lines = new Lines(NOW);
        lines.events(events);
        assertEquals("""
                Events:
                  Type     Reason     Age                From               Message
                  ----     ------     ----               ----               -------
                  Normal   Scheduled  20m                default-scheduler  to a node
                  Warning  BackOff    30s (x3 over 10m)  kubelet            again
                """, lines.text());
    }

    @Test
    void agesHaveAtMostTwoUnits() {
        var ages = Map.of(0L, "0s", 119L, "119s", 121L, "2m1s", 600L, "10m", 10_800L, "3h", 11_400L, "3h10m", 86_400L, "24h", 180_000L, "2d2h", 864_000L, "10d", 63_072_000L, "2y");
        ages.forEach((seconds, text) -> assertEquals(text, Lines.duration(java.time.Duration.ofSeconds(seconds)), seconds.toString()));
    }

    @Test
    void aKindWithoutADescriberIsShownFieldByField() throws IOException {
        var widget = JSON.readTree("""
                {"apiVersion":"x.example.org/v1","kind":"Widget","metadata":{"name":"w","namespace":"n","labels":{"a":"b"},"uid":"u"},
                 "spec":{"podIP":"1.2.3.4","parts":[{"name":"one"},{"name":"two"}],"tags":["x","y"]}}""");
        assertEquals("""
                Name:         w
                Namespace:    n
                Labels:       a=b
                Annotations:  <none>
                API Version:  x.example.org/v1
                Kind:         Widget
                Metadata:
                  UID:  u
                Spec:
                  Parts:
                    Name:  one
                    Name:  two
                  Pod IP:  1.2.3.4
                  Tags:
                    x
                    y
                Events:  <none>
                """, Describer.describe(widget, (path, query) -> List.of(), NOW));
    }
}
