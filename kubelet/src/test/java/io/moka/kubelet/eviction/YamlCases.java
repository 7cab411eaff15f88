package io.moka.kubelet.eviction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/// Reads the rows below `cases` of a YAML resource of this package.
final class YamlCases {

    private YamlCases() {
    }

    /// A row that is shown by its name.
    record Row(JsonNode fields) {
        @Override
        public String toString() {
            return fields.path("name").asText();
        }

        Signal signal() {
            return signal(fields.path("signal").asText());
        }

        static Signal signal(String name) {
            return name.equals(Signal.ALLOCATABLE_MEMORY.flagName()) ? Signal.ALLOCATABLE_MEMORY : Signal.named(name);
        }

        static Threshold.Amount amount(JsonNode value) {
            var text = value.asText();
            return text.endsWith("%") ? new Threshold.Amount.Percentage(Double.parseDouble(text.replace("%", ""))) : new Threshold.Amount.Absolute(Quantities.value(text));
        }
    }

    static Stream<Row> read(String resource) {
        try (var stream = YamlCases.class.getResourceAsStream(resource)) {
            JsonNode table = new ObjectMapper().valueToTree(new Yaml().load(stream));
            return StreamSupport.stream(table.path("cases").spliterator(), false).map(Row::new).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
