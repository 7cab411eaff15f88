package io.moka.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The arithmetic of the documentation, case by case: `calculator.txt`.
class ReplicaCalculatorTest {

    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    /// @param expected replicas and usage, or `error` and its message
    record Case(int current, String target, String pods, String expected) {
    }

    static Stream<Case> cases() {
        try (var table = ReplicaCalculatorTest.class.getResourceAsStream("calculator.txt")) {
            return new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\|")).map(cells -> new Case(Integer.parseInt(cells[0].strip()), cells[1].strip(), cells[2].strip(), cells[3].strip())).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void replicas(Case row) throws CannotCompute {
        var given = Given.parse(row.pods);
        if (row.expected.startsWith("error ")) {
            assertEquals(row.expected.substring("error ".length()), assertThrows(CannotCompute.class, () -> count(row, given)).getMessage());
            return;
        }
        var count = count(row, given);
        var usage = row.target.endsWith("%") ? count.usage() + "%" : count.usage() + "m";
        assertEquals(row.expected, count.replicas() + " " + usage, String.join("\n", count.arithmetic()));
    }

    private static Count count(Case row, Given given) throws CannotCompute {
        var words = row.target.split("[ /]");
        var calculator = new ReplicaCalculator(row.current, given.pods, Tolerance.STANDARD, row.target.endsWith("%") || row.target.contains("m each"), NOW);
        if (row.target.endsWith("%")) {
            return calculator.utilization(given.readings, pod -> given.requests.get(pod.getMetadata().getName()), Integer.parseInt(row.target.replace("%", "")));
        }
        return switch (words[0]) {
            case "value" -> calculator.value(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[4]));
            case "share" -> calculator.share(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[4]));
            default -> calculator.average(given.readings, Long.parseLong(words[0].replace("m", "")));
        };
    }

    /// The pods of a case, their values and requests.
    private record Given(List<Pod> pods, Map<String, PodReading> readings, Map<String, Long> requests) {

        static Given parse(String text) {
            var given = new Given(new ArrayList<>(), new HashMap<>(), new HashMap<>());
            for (var word : text.isEmpty() ? new String[0] : text.split(" ")) {
                int times = word.contains("*") ? Integer.parseInt(word.split("\\*")[0]) : 1;
                for (int i = 0; i < times; i++) {
                    given.add(word.replaceFirst("^\\d+\\*", ""));
                }
            }
            return given;
        }

        private void add(String word) {
            var name = "p" + pods.size();
            var kind = Character.isLetter(word.charAt(word.length() - 1)) ? word.charAt(word.length() - 1) : ' ';
            var amounts = word.replaceFirst("[a-z]$", "").split("/");
            requests.put(name, amounts[1].equals("-") ? -1 : Long.parseLong(amounts[1]));
            if (!amounts[0].equals("x")) {
                readings.put(name, new PodReading(Long.parseLong(amounts[0]), NOW, Duration.ofSeconds(30)));
            }
            pods.add(pod(name, kind));
        }

        private static Pod pod(String name, char kind) {
            var started = kind == 'u' ? NOW.minusSeconds(60) : NOW.minusSeconds(3_600);
            // never ready since its start, or no longer
            var changed = kind == 'n' ? started.plusSeconds(10) : kind == 'u' ? started.plusSeconds(1) : started.plusSeconds(100);
            var phase = switch (kind) {
                case 'p' -> "Pending";
                case 'f' -> "Failed";
                case 's' -> "Succeeded";
                default -> "Running";
            };
            return new PodBuilder().withNewMetadata().withName(name).withDeletionTimestamp(kind == 't' ? NOW.toString() : null).endMetadata().withNewSpec().endSpec()
                    .withNewStatus().withPhase(phase).withStartTime(started.toString())
                    .addNewCondition().withType("Ready").withStatus(kind == 'u' || kind == 'n' ? "False" : "True").withLastTransitionTime(changed.toString()).endCondition().endStatus().build();
        }
    }
}
