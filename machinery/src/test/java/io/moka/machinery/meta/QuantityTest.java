package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "100,100", "1000,1k", "1500,1500", "0.5,500m", "500m,500m", "1000m,1", "1.5,1500m", "0.0001,100u", "1Ki,1Ki",
            "1024Ki,1Mi", "1024Mi,1Gi", "1.5Gi,1536Mi", "0.5Ki,512", "1e3,1e3", "1E3,1e3", "12e6,12e6", "1E,1E", "-1Gi,-1Gi", "+5,5", "1000000,1M",
            "123456789,123456789", "0.0000000001,1n", "100000Mi,100000Mi", "5G,5G", "0Gi,0", "1e-3,1e-3", "007,7"})
    void isWrittenCanonically(String text, String canonical) {
        assertEquals(canonical, Quantity.canonicalText(text));
        assertEquals(canonical, Quantity.canonicalText(canonical));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.2.3", "1 Gi", "1kk", "1gi", "--1", "1e", "Gi", "1Kib", "1e5000"})
    void whatIsNoneIsRefused(String text) {
        assertNotNull(Quantity.problemOf(text));
    }

    @Test
    void comparesAcrossUnits() {
        assertEquals(0, Quantity.parse("1Ki").compareTo(Quantity.parse("1024")));
        assertTrue(Quantity.parse("1G").compareTo(Quantity.parse("1Gi")) < 0);
        assertTrue(Quantity.parse("1").compareTo(Quantity.parse("999m")) > 0);
    }
}
