package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.IntOrString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Numbers that are absent, or given as a share.
class CountsTest {

    @ParameterizedTest
    @CsvSource({"25%, 3, 1, 0", "50%, 5, 3, 2", "0%, 9, 0, 0", "100%, 7, 7, 7", "1%, 100, 1, 1", "1%, 101, 2, 1", "10%, 0, 0, 0", "150%, 3, 5, 4", "2, 9, 2, 2", "4, 3, 4, 4"})
    void aShareIsRoundedUpOrDown(String value, int whole, int up, int down) {
        var count = value.endsWith("%") ? new IntOrString(value) : new IntOrString(Integer.valueOf(value));
        assertEquals(up, Counts.roundedUp(count, whole));
        assertEquals(down, Counts.roundedDown(count, whole));
    }

    @Test
    void anAbsentNumberIsZeroAndZeroIsWrittenAsAbsent() {
        assertEquals(0, Counts.roundedUp(null, 5) + Counts.roundedDown(null, 5) + Counts.number(null));
        assertNull(Counts.positive(0));
        assertEquals(3, Counts.positive(3));
    }
}
