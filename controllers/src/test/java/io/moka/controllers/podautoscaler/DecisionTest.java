package io.moka.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpecBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {

    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    /// Metrics are written as what they ask for, `?` for one that cannot be read.
    @ParameterizedTest
    @CsvSource({
            "2, 10, 4, 6,      6",
            "2, 10, 4, 6 5 7,  7",
            "2, 10, 4, 3 2,    3",
            "2, 10, 4, 6 ?,    6",
            "2, 10, 4, 4 ?,    4",
            "2, 10, 4, 3 ?,    4 FailedComputeMetricsReplicas",
            "2, 10, 4, ?,      4 FailedComputeMetricsReplicas",
            "2, 10, 1, ?,      2",
            "2, 10, 12, ?,     10",
            "2, 10, 0, 5,      0",
            "0, 10, 0, 3,      3",
            "0, 10, 3, 0,      0",
    })
    void replicas(int least, int most, int current, String metrics, String expected) {
        var autoscaler = autoscaler(least, most, metrics.split(" ").length);
        var decision = decide(autoscaler, current, metrics, new StatusDraft(autoscaler, NOW));
        assertEquals(expected, decision.replicas() + (decision.failure() == null ? "" : " " + decision.failure().reason()));
    }

    @Test
    void conditionsTellHowItCameAbout() {
        var autoscaler = autoscaler(2, 10, 2);
        var draft = new StatusDraft(autoscaler, NOW);
        assertEquals("cpu above target", decide(autoscaler, 4, "20 ?", draft).reason());
        assertEquals("True ValidMetricFound the HPA was able to successfully calculate a replica count from cpu", condition(draft, "ScalingActive"));
        assertEquals("True ScaleUpLimit the desired replica count is increasing faster than the maximum scale rate", condition(draft, "ScalingLimited"));

        decide(autoscaler, 4, "? ?", draft);
        assertEquals("False FailedGetResourceMetric the HPA was unable to compute the replica count: gone", condition(draft, "ScalingActive"));

        decide(autoscaler, 0, "5 5", draft);
        assertEquals("False ScalingDisabled scaling is disabled since the replica count of the target is zero", condition(draft, "ScalingActive"));
    }

    @Test
    void aStatusThatSaysTheSameIsNoNews() {
        var autoscaler = autoscaler(2, 10, 1);
        var first = new StatusDraft(autoscaler, NOW);
        decide(autoscaler, 4, "4", first);
        first.replicas(4, 4);
        var written = first.build();
        var second = new StatusDraft(written, NOW.plusSeconds(15));
        decide(written, 4, "4", second);
        second.replicas(4, 4);
        assertFalse(second.isNews());
        second.replicas(4, 5);
        assertTrue(second.isNews());
    }

    private static Decision decide(HorizontalPodAutoscaler autoscaler, int current, String metrics, StatusDraft draft) {
        Iterator<String> answers = Stream.of(metrics.split(" ")).iterator();
        var history = new ScalingHistory();
        history.recommended(1, NOW.minusSeconds(3_600), Duration.ofHours(2));
        return Decision.of(autoscaler, current, spec -> {
            var answer = answers.next();
            return answer.equals("?") ? new Decision.Outcome.Failed(new Decision.Failure("FailedGetResourceMetric", "gone"))
                    : new Decision.Outcome.Computed(new Proposal(Integer.parseInt(answer), "cpu", new MetricStatus(), List.of()));
        }, history, draft, NOW);
    }

    private static String condition(StatusDraft draft, String type) {
        HorizontalPodAutoscalerCondition condition = draft.build().getStatus().getConditions().stream().filter(each -> each.getType().equals(type)).findFirst().orElseThrow();
        return condition.getStatus() + " " + condition.getReason() + " " + condition.getMessage();
    }

    private static HorizontalPodAutoscaler autoscaler(int least, int most, int metrics) {
        var spec = new HorizontalPodAutoscalerBuilder().withNewMetadata().withNamespace("n").withName("a").endMetadata().withNewSpec().withMinReplicas(least).withMaxReplicas(most)
                .withNewBehavior().withNewScaleDown().withStabilizationWindowSeconds(0).endScaleDown().endBehavior();
        for (int i = 0; i < metrics; i++) {
            spec = spec.addToMetrics(new MetricSpecBuilder().withType("Resource").build());
        }
        return spec.endSpec().build();
    }
}
