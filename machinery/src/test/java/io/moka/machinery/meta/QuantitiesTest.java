package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", "1, 1, 1000", "100m, 1, 100", "1500m, 2, 1500", "1.5, 2, 1500", ".5, 1, 500", "5., 5, 5000", "+3, 3, 3000",
        "1k, 1000, 1000000", "1Ki, 1024, 1024000", "1.5Gi, 1610612736, 1610612736000", "2e3, 2000, 2000000", "2E3, 2000, 2000000",
        "1e-3, 1, 1", "1u, 1, 1", "1n, 1, 1", "3E, 3000000000000000000, 9223372036854775807",
        "16Ei, 9223372036854775807, 9223372036854775807", "-1, -1, -1000", "-100m, -1, -100",
        "1e999999, 9223372036854775807, 9223372036854775807"})
    void quantitiesAreWholeNumbersRoundedUp(String text, long value, long milliValue) {
        assertEquals(value, Quantities.value(text));
        assertEquals(value, Quantities.value(new Quantity(text)));
        assertEquals(milliValue, Quantities.milliValue(new Quantity(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "1x", "1.2.3", "a1", "1 Gi", "--1", "1mi", "1KI", "e3", "1e"})
    void whatIsNoQuantityIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Quantities.value(text));
    }

    @Test
    void noQuantityIsZero() {
        assertEquals(0, Quantities.value((Quantity) null));
        assertEquals(0, Quantities.milliValue(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-999999999", "1e999999999"})
    @Timeout(value = 5, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aMonstrousExponentTakesNoTime(String text) {
        assertEquals(text.contains("-") ? 1 : Long.MAX_VALUE, Quantities.value(text));
    }
}
