package io.moka.machinery.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The canonical form, the arithmetic and the errors of quantities.
class QuantityTest {

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "100,100", "1000,1k", "1500,1500", "0.5,500m", "500m,500m", "1000m,1", "1.5,1500m", "0.0001,100u", "1Ki,1Ki",
            "1024Ki,1Mi", "1024Mi,1Gi", "1.5Gi,1536Mi", "0.5Ki,512", "1e3,1e3", "1E3,1e3", "12e6,12e6", "1E,1E", "-1Gi,-1Gi", "+5,5", "1000000,1M",
            "123456789,123456789", "0.0000000001,1n", "100000Mi,100000Mi", "5G,5G", "0Gi,0", "1e-3,1e-3", "007,7", "0.1Ki,102400m", "100E,100E",
            "1000E,1000E", "1e21,1e21", "100e3,100e3", "1e-1,100e-3", "1e0,1", "-0,0", "+0.5Gi,512Mi", "0.0000000015,2n", "-0.0000000015,-2n", "1024Ei,1024Ei", "1.,1", ".5,500m"})
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            1.2.3 | quantities must match
            1x    | quantities must match
            1 Gi  | quantities must match
            Gi    | quantities must match
            \u0661     | quantities must match
            1kk   | unable to parse quantity's suffix
            1iK   | unable to parse quantity's suffix
            1e    | unable to parse quantity's suffix
            1e3.5 | unable to parse quantity's suffix
            1e5000 | unable to parse quantity's suffix
            """)
    void theErrorTellsANumberFromASuffix(String text, String beginning) {
        var problem = Quantity.problemOf(text);
        assertTrue(problem != null && problem.startsWith(beginning), text + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource({"1Gi, 512Mi, 1536Mi", "500m, 1500m, 2", "0, 1Ki, 1Ki", "1Ki, 1, 1025", "1e3, 1k, 2e3", "1, -1, 0", "1Mi, 0.5, 1048576500m", "100m, 1Gi, 1073741824100m"})
    void aSumHasTheNotationOfItsFirstPart(String first, String second, String sum) {
        assertEquals(sum, Quantity.parse(first).plus(Quantity.parse(second)).toString());
    }

    @ParameterizedTest
    @CsvSource({"1500m, 1, false", "-2Gi, -1, true", "0n, 0, true", "1000m, 1, true", "0.1Ki, 1, false", "5e-1, 1, false"})
    void theSignAndWholeNumbersAreKnown(String text, int sign, boolean whole) {
        var quantity = Quantity.parse(text);
        assertEquals(sign, quantity.signum());
        assertEquals(whole, quantity.isInteger());
        assertEquals(0, quantity.plus(quantity.negated()).signum());
    }
}
