package io.moka.machinery.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Durations in the notation of Go.
class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "+0, 0", "-0, 0", "+1s, 1000000000", "1h30m, 5400000000000", "2µs, 2000", "0.4ns, 0", "2562047h47m16.854775807s, 9223372036854775807", "1m0.5s, 60500000000", "15.25s, 15250000000", "250ms, 250000000", "-1.5h, -5400000000000", ".5s, 500000000", "1h2m3s4ms5us6ns, 3723004005006"})
    void isReadAsGoReadsIt(String text, long nanos) {
        assertEquals(Duration.ofNanos(nanos), GoDuration.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "1d", "1m 5s", "1.s.", "9999999999h", "++1s", "-", "1 s", ".s", "00", "2562047h47m16.854775808s"})
    void otherTextIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> GoDuration.parse(text));
    }
}
