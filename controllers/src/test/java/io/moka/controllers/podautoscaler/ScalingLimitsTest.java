package io.moka.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.moka.machinery.client.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Windows, policies and bounds, as the documentation of `behavior` states them.
class ScalingLimitsTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    /// The past is written as seconds ago and a recommendation (`60:5`), or a step (`60:+3`).
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // the default behavior
            "{} | 3 | 5 | | 5 ReadyForNewScale DesiredWithinRange",
            "{} | 3 | 30 | | 7 ReadyForNewScale ScaleUpLimit",
            "{} | 1 | 30 | | 5 ReadyForNewScale ScaleUpLimit",
            "{} | 10 | 30 | | 20 ReadyForNewScale ScaleUpLimit",
            "{} | 20 | 60 | | 40 ReadyForNewScale ScaleUpLimit",
            "{} | 40 | 60 | | 50 ReadyForNewScale TooManyReplicas",
            "{} | 10 | 3 | | 3 ReadyForNewScale DesiredWithinRange",
            "{} | 10 | 1 | | 2 ReadyForNewScale TooFewReplicas",
            "{} | 10 | 10 | | 10 ReadyForNewScale DesiredWithinRange",
            "{} | 10 | 3 | 60:8 | 8 ScaleDownStabilized DesiredWithinRange",
            "{} | 10 | 3 | 299:9 60:8 | 9 ScaleDownStabilized DesiredWithinRange",
            "{} | 10 | 3 | 301:9 60:8 | 8 ScaleDownStabilized DesiredWithinRange",
            "{} | 10 | 3 | 60:12 | 10 ScaleDownStabilized DesiredWithinRange",
            "{} | 10 | 15 | 60:5 | 15 ReadyForNewScale DesiredWithinRange",
            "{} | 8 | 30 | 10:+4 | 8 ReadyForNewScale ScaleUpLimit",
            "{} | 8 | 30 | 16:+4 | 16 ReadyForNewScale ScaleUpLimit",
            // windows
            "{scaleUp: {stabilizationWindowSeconds: 60}} | 3 | 6 | 30:4 | 4 ScaleUpStabilized DesiredWithinRange",
            "{scaleUp: {stabilizationWindowSeconds: 60}} | 3 | 6 | 30:2 | 3 ScaleUpStabilized DesiredWithinRange",
            "{scaleUp: {stabilizationWindowSeconds: 60}} | 3 | 6 | 61:4 | 6 ReadyForNewScale DesiredWithinRange",
            "{scaleDown: {stabilizationWindowSeconds: 0}} | 10 | 3 | 30:9 | 3 ReadyForNewScale DesiredWithinRange",
            // policies
            "{scaleUp: {policies: [{type: Pods, value: 2, periodSeconds: 60}]}} | 3 | 9 | | 5 ReadyForNewScale ScaleUpLimit",
            "{scaleUp: {policies: [{type: Pods, value: 2, periodSeconds: 60}]}} | 5 | 9 | 30:+2 | 5 ReadyForNewScale ScaleUpLimit",
            "{scaleUp: {policies: [{type: Pods, value: 2, periodSeconds: 60}]}} | 4 | 9 | 30:+1 | 5 ReadyForNewScale ScaleUpLimit",
            "{scaleUp: {policies: [{type: Percent, value: 10, periodSeconds: 60}]}} | 3 | 9 | | 4 ReadyForNewScale ScaleUpLimit",
            "{scaleUp: {selectPolicy: Min, policies: [{type: Pods, value: 5, periodSeconds: 60}, {type: Percent, value: 50, periodSeconds: 60}]}} | 4 | 20 | | 6 ReadyForNewScale ScaleUpLimit",
            "{scaleUp: {selectPolicy: Disabled}} | 3 | 9 | | 3 ReadyForNewScale ScaleUpLimit",
            "{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Percent, value: 10, periodSeconds: 60}]}} | 30 | 3 | | 27 ReadyForNewScale ScaleDownLimit",
            "{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 4, periodSeconds: 60}, {type: Percent, value: 10, periodSeconds: 60}]}} | 30 | 3 | | 26 ReadyForNewScale ScaleDownLimit",
            "{scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Min, policies: [{type: Pods, value: 4, periodSeconds: 60}, {type: Percent, value: 10, periodSeconds: 60}]}} | 30 | 3 | | 27 ReadyForNewScale ScaleDownLimit",
            "{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 4, periodSeconds: 60}]}} | 26 | 3 | 30:-4 | 26 ReadyForNewScale ScaleDownLimit",
            "{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 4, periodSeconds: 60}]}} | 5 | 1 | | 2 ReadyForNewScale TooFewReplicas",
            "{scaleDown: {selectPolicy: Disabled}} | 10 | 3 | | 10 ReadyForNewScale ScaleDownLimit",
    })
    void replicas(String behavior, int current, int recommended, String past, String expected) throws Exception {
        var limits = limits(behavior);
        var history = new ScalingHistory();
        for (var word : past == null ? new String[0] : past.split(" ")) {
            var parts = word.split(":");
            var at = NOW.minusSeconds(Long.parseLong(parts[0]));
            if (parts[1].matches("[+-].*")) {
                history.scaled(0, Integer.parseInt(parts[1]), at, LONG);
            } else {
                history.recommended(Integer.parseInt(parts[1]), at, LONG);
            }
        }
        var limited = limits.apply(current, recommended, history, NOW);
        assertEquals(expected, limited.replicas() + " " + limited.able().reason() + " " + limited.limited().reason());
    }

    @Test
    void aRecommendationIsRememberedEvenWhereItIsNotFollowed() throws Exception {
        var limits = limits("{scaleDown: {stabilizationWindowSeconds: 300}}");
        var history = new ScalingHistory();
        assertEquals(3, limits.apply(10, 3, history, NOW).replicas(), "nothing speaks against it yet");
        assertEquals(7, limits.apply(3, 10, history, NOW.plusSeconds(15)).replicas(), "four at a time");
        assertEquals(10, limits.apply(10, 3, history, NOW.plusSeconds(30)).replicas());
        assertEquals(3, limits.apply(10, 3, history, NOW.plusSeconds(400)).replicas());
    }

    private static ScalingLimits limits(String behavior) throws Exception {
        var json = behavior.replaceAll("([A-Za-z]+):", "\"$1\":").replaceAll(": ([A-Z][a-z]+)", ": \"$1\"");
        var autoscaler = Json.mapper().readValue("{\"spec\": {\"behavior\": %s}}".formatted(json), HorizontalPodAutoscaler.class);
        return new ScalingLimits(ScalingRules.up(autoscaler), ScalingRules.down(autoscaler), 2, 50);
    }
}
