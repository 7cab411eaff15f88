package io.moka.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.kubelet.eviction.YamlCases.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PressureStateTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long CAPACITY = 1_000;

    static Stream<Row> cases() {
        return YamlCases.read("states.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void follows(Row row) {
        var thresholds = stream(row.fields().path("thresholds")).map(PressureStateTest::threshold).toList();
        var state = new PressureState(thresholds, Duration.ofSeconds(row.fields().path("transition").asInt(300)));
        stream(row.fields().path("readings")).forEach(reading -> {
            var seen = new EnumMap<Signal, Observation>(Signal.class);
            reading.path("available").fields().forEachRemaining(signal -> seen.put(Row.signal(signal.getKey()), new Observation(signal.getValue().asLong(), CAPACITY)));

            var verdict = state.observe(seen, START.plusSeconds(reading.path("at").asInt()));

            assertEquals(texts(reading.path("pressures")), verdict.pressures().stream().map(Enum::name).toList(), reading::toString);
            assertEquals(texts(reading.path("due")), verdict.due().stream().map(threshold -> threshold.signal().flagName()).toList(), reading::toString);
        });
    }

    private static Threshold threshold(JsonNode fields) {
        return new Threshold(Row.signal(fields.path("signal").asText()), Row.amount(fields.path("limit")), Duration.ofSeconds(fields.path("grace").asInt(0)),
                new Threshold.Amount.Absolute(fields.path("reclaim").asLong(0)));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }
}
