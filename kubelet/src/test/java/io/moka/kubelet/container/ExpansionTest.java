package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

    @ParameterizedTest
    @CsvSource({
        "plain, plain", "$(A), 1", "x$(A)y$(B), x1y2", "$(NONE), $(NONE)", "$$(A), $(A)", "$$$(A), $1", "$A, $A", "$(A, $(A", "a$, a$", "$$, $"})
    void namesAreReplaced(String text, String expected) {
        assertEquals(expected, Expansion.expand(text, Map.of("A", "1", "B", "2")));
    }
}
