package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentFileTest {

    @Test
    void valuesStandInSingleQuotesAndMayHaveSeveralLines() {
        var text = """
                # a comment

                A='x'
                  B='$HOME # "no" \\n comment'   # a comment
                C='one
                two'
                D=''
                A='later'
                E='='""";
        assertEquals(Map.of("A", "x", "B", "$HOME # \"no\" \\n comment", "C", "one\ntwo", "D", "", "E", "="), EnvironmentFile.parse(text));
        assertEquals(Map.of(), EnvironmentFile.parse(""));
        assertEquals(Map.of("A", "x"), EnvironmentFile.parse("A='x'\r\n"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "A=x, 1, the value is not in single quotes", "A, 1, no NAME='value'", "='x', 1, no NAME='value'", "A ='x', 1, no NAME='value'", "A= 'x', 1, the value is not in single quotes",
        "A=\"\"x\"\", 1, the value is not in single quotes", "A='x, 1, the value is not in single quotes", "A='x'y, 1, text after the closing quote", "A='x' B='y', 1, text after the closing quote",
        "\"A='x\n\n'\n\nB=\", 5, the value is not in single quotes"})
    void anErrorNamesItsLine(String text, int line, String what) {
        assertEquals("invalid environment variable format at line " + line + ": " + what, assertThrows(IllegalArgumentException.class, () -> EnvironmentFile.parse(text)).getMessage());
    }
}
