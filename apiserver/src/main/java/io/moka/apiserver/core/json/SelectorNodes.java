package io.moka.apiserver.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads label selectors in their object form (`matchLabels`, `matchExpressions`).
public final class SelectorNodes {
    private SelectorNodes() {}

    /// Returns the selector; empty when there is none, which selects nothing.
    public static Optional<LabelSelector> read(JsonNode selector) {
        if (!selector.isObject()) {
            return Optional.empty();
        }
        List<Requirement> requirements = new ArrayList<>();
        selector.path("matchLabels").properties().forEach(label -> requirements.add(new Requirement.In(label.getKey(), Set.of(label.getValue().asText()))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(LabelSelector.requirement(Json.text(expression, "key"), Json.text(expression, "operator"), values));
        }
        return Optional.of(new LabelSelector(requirements));
    }
}
