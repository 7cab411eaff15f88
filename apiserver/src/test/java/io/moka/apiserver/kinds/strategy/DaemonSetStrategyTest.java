package io.moka.apiserver.kinds.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonSetStrategyTest {

    private final DaemonSetStrategy strategy = new DaemonSetStrategy();

    private static ObjectNode set(String generation, String image) {
        ObjectNode set = new ObjectMapper().createObjectNode();
        if (!generation.isEmpty()) {
            set.putObject("metadata").putObject("annotations").put(DaemonSetStrategy.TEMPLATE_GENERATION, generation);
        }
        set.putObject("spec").putObject("template").put("image", image);
        return set;
    }

    private static String generation(ObjectNode set) {
        return set.path("metadata").path("annotations").path(DaemonSetStrategy.TEMPLATE_GENERATION).asText("none");
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "7, 1"})
    void newSetBeginsAtOne(String asked, String expected) {
        ObjectNode set = set(asked, "a");
        strategy.prepareForCreate(set);
        assertEquals(expected, generation(set));
    }

    /// The template generation rises when the template differs; a value that the client sends is ignored.
    @ParameterizedTest
    @CsvSource({"3, a, '', a, 3", "3, a, 9, a, 3", "3, a, '', b, 4", "'', a, '', a, none", "'', a, '', b, 1"})
    void templatesAreCounted(String before, String oldImage, String sent, String newImage, String expected) {
        ObjectNode updated = set(sent, newImage);
        strategy.prepareForUpdate(updated, set(before, oldImage));
        assertEquals(expected, generation(updated));
    }
}
