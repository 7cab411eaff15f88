package io.moka.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {

    private static final long GIBIBYTE = 1L << 30;

    @Test
    void defaultsAreUpstreams() {
        var thresholds = Thresholds.parse(Thresholds.DEFAULT_HARD, "", "", "");

        var limits = thresholds.stream().collect(Collectors.toMap(threshold -> threshold.signal().flagName(), threshold -> threshold.limit().of(GIBIBYTE)));
        assertEquals(Map.of("memory.available", 100L << 20, "allocatableMemory.available", 100L << 20, "nodefs.available", GIBIBYTE / 10, "nodefs.inodesFree", GIBIBYTE / 20,
                "imagefs.available", (long) (GIBIBYTE * 0.15), "imagefs.inodesFree", GIBIBYTE / 20), limits);
        assertTrue(thresholds.stream().allMatch(Threshold::isHard));
        assertEquals(100L << 20, Thresholds.keptFree(thresholds, Signal.MEMORY, GIBIBYTE));
        assertEquals(0, Thresholds.keptFree(thresholds, Signal.PROCESS_IDS, 32_768));
    }

    @Test
    void softThresholdsHaveAGraceAndAMinimumReclaim() {
        var soft = Thresholds.parse("", "memory.available<1Gi,nodefs.available<20%", "memory.available=1m30s,nodefs.available=2m", "memory.available=200Mi");

        assertEquals(List.of(new Threshold(Signal.MEMORY, new Threshold.Amount.Absolute(GIBIBYTE), Duration.ofSeconds(90), new Threshold.Amount.Absolute(200L << 20)),
                new Threshold(Signal.NODE_DISK, new Threshold.Amount.Percentage(20), Duration.ofMinutes(2), new Threshold.Amount.Absolute(0))), soft);
    }

    @Test
    void signalIsTurnedOffByItsEnds() {
        assertEquals(List.of(), Thresholds.parse("memory.available<0%,nodefs.available<100%", "", "", ""));
        assertEquals(List.of(), Thresholds.parse("", "", "", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "cpu.available<1 | '' | '' | unsupported eviction signal cpu.available",
        "allocatableMemory.available<1Mi | '' | '' | unsupported eviction signal allocatableMemory.available",
        "memory.available | '' | '' | 'invalid eviction threshold syntax memory.available, expected <signal><<value>'",
        "memory.available<-1Mi | '' | '' | eviction threshold memory.available must be positive: -1Mi",
        "memory.available<101% | '' | '' | eviction percentage threshold must be between 0% and 100%: 101%",
        "memory.available<x% | '' | '' | not a percentage: x%",
        "'memory.available<1Mi,memory.available<2Mi' | '' | '' | duplicate signal memory.available",
        "'' | memory.available<1Mi | '' | grace period must be specified for the soft eviction threshold memory.available",
        "'' | memory.available<1Mi | memory.available=-5s | 'invalid eviction grace period value: -5s, must be a positive value'"})
    void wrongFlagIsNamed(String hard, String soft, String graces, String expected) {
        assertEquals(expected, assertThrows(IllegalArgumentException.class, () -> Thresholds.parse(hard, soft, graces, "")).getMessage());
    }
}
