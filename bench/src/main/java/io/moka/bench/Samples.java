package io.moka.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;

/// Measured values, sorted. A percentile is one of the samples: the smallest one that this percentage of the samples does not exceed.
record Samples(double[] sorted) {

    /// @throws IllegalArgumentException without a sample: no measurement is not the same as a measured zero
    static Samples of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        return new Samples(sorted);
    }

    static Samples milliseconds(Collection<Duration> durations) {
        return of(durations.stream().mapToDouble(d -> d.toNanos() / 1e6).toArray());
    }

    static Samples seconds(Collection<Duration> durations) {
        return of(durations.stream().mapToDouble(d -> d.toNanos() / 1e9).toArray());
    }

    double percentile(int percent) {
        int rank = Math.ceilDiv(percent * sorted.length, 100);
        return sorted[Math.max(rank, 1) - 1];
    }

    /// Returns the middle sample; of an even number of samples the mean of the two in the middle.
    double median() {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double largest() {
        return sorted[sorted.length - 1];
    }
}
