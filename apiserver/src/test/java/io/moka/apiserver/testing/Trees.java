package io.moka.apiserver.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/// Trees from YAML, for tests.
public final class Trees {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Trees() {
    }

    public static ObjectNode object(String yaml) {
        return (ObjectNode) node(yaml);
    }

    public static JsonNode node(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The cases of a table: a YAML list, whose elements have a `name`, beside the class.
    public static List<Arguments> table(Class<?> test, String resource) {
        try (InputStream in = test.getResourceAsStream(resource)) {
            List<Arguments> cases = new ArrayList<>();
            YAML.readTree(in).forEach(element -> cases.add(Arguments.of(Named.of(element.path("name").asText(), element))));
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
