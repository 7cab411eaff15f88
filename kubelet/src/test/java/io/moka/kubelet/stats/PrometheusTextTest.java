package io.moka.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.0, 0", "-17, -17", "123456789012, 123456789012", "0.5, 0.5", "-0.25, -0.25", "1.25E-7, 1.25E-7", "9007199254740991, 9007199254740991", "1.8446744073709552E19, 1.8446744073709552E19"})
    void wholeNumbersHaveNoFraction(double value, String written) {
        assertEquals("# TYPE m gauge\nm " + written + "\n", new MetricsPage(text -> text.gauge("m").value(LabelSet.NONE, value, null)).text());
    }

    @Test
    void labelsAreEscapedAndTimesAreMillis() {
        var labels = new LinkedHashMap<String, String>();
        labels.put("a", "x\"y");
        labels.put("b", "back\\slash\nline é");
        assertEquals("""
                # TYPE m counter
                m{a="x\\"y",b="back\\\\slash\\nline é"} 1 1500
                m{a="x\\"y",b="back\\\\slash\\nline é",c=""} 2
                """, new MetricsPage(text -> text.counter("m").value(LabelSet.of(labels), 1, Instant.ofEpochMilli(1500)).value(LabelSet.of(labels).with("c", ""), 2, null)).text());
    }

    @Test
    void pageOfManyBlocksIsWhole() {
        var longest = LabelSet.of("l", "x".repeat(40_000));
        var page = new MetricsPage(text -> {
            text.gauge("m");
            for (int i = 0; i < 5_000; i++) {
                text.value(LabelSet.of("i", Integer.toString(i)), i, null);
            }
            text.value(longest, 1, null);
        }).text();

        assertEquals(Stream.iterate(0, i -> i < 5_000, i -> i + 1).map(i -> "m{i=\"" + i + "\"} " + i).toList(), page.lines().skip(1).limit(5_000).toList());
        assertTrue(page.endsWith("m{l=\"" + "x".repeat(40_000) + "\"} 1\n"));
    }
}
