package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplesTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "50, 50", "90, 90", "99, 99", "100, 100"})
    void percentileOfHundredIsTheSampleOfThatRank(int percent, double expected) {
        var samples = Samples.of(IntStream.rangeClosed(1, 100).asDoubleStream().toArray());
        assertEquals(expected, samples.percentile(percent));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "50, 15", "90, 27", "91, 28", "99, 30"})
    void percentileOfThirtyIsTheSmallestThatTheShareDoesNotExceed(int percent, double expected) {
        var samples = Samples.of(IntStream.rangeClosed(1, 30).map(i -> 31 - i).asDoubleStream().toArray());
        assertEquals(expected, samples.percentile(percent));
    }

    @Test
    void oneSampleIsEveryPercentile() {
        var samples = Samples.of(7);
        assertEquals(List.of(7.0, 7.0, 7.0, 7.0), List.of(samples.percentile(1), samples.percentile(99), samples.median(), samples.largest()));
    }

    @Test
    void medianIsTheMiddleWhateverTheOrder() {
        assertEquals(2, Samples.of(3, 1, 2).median());
        assertEquals(2.5, Samples.of(4, 1, 2, 3).median());
    }

    @Test
    void theCallersArrayIsLeftAsItWas() {
        var values = new double[] {3, 1, 2};
        assertEquals(3, Samples.of(values).largest());
        assertArrayEquals(new double[] {3, 1, 2}, values);
    }

    @Test
    void durationsBecomeTheUnitAskedFor() {
        var durations = List.of(Duration.ofMillis(1500), Duration.ofNanos(2_500_000));
        assertEquals(1500, Samples.milliseconds(durations).largest());
        assertEquals(1.5, Samples.seconds(durations).largest());
        assertEquals(2.5, Samples.milliseconds(durations).percentile(50));
    }

    @Test
    void nothingMeasuredIsAnError() {
        assertThrows(IllegalArgumentException.class, Samples::of);
    }
}
