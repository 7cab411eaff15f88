package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.schema.FieldProblem;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;

/// The handling of unknown and duplicate fields, from the `fieldValidation` parameter.
enum FieldValidation {
    IGNORE, WARN, STRICT;

    static FieldValidation of(Exchange exchange) {
        return switch (exchange.query().get("fieldValidation")) {
            case "", "Warn" -> WARN;
            case "Ignore" -> IGNORE;
            case "Strict" -> STRICT;
            case String other -> throw ApiException.invalid("meta.k8s.io", "CreateOptions", "",
                    "fieldValidation: Unsupported value: \"" + other + "\": supported values: \"Ignore\", \"Warn\", \"Strict\"",
                    List.of(new StatusCause("FieldValueNotSupported", "Unsupported value: \"" + other + "\"", "fieldValidation")));
        };
    }

    /// Ignores the unknown and duplicate fields, or adds a warning for each, in the words of [FieldProblem].
    ///
    /// @throws UndecodableException when there are such fields and the validation is strict
    void apply(Exchange exchange, Document document, List<FieldProblem> unknown) {
        List<String> problems = this == IGNORE ? List.of() : document.problems(unknown);
        if (problems.isEmpty()) {
            return;
        }
        switch (this) {
            case IGNORE -> { }
            case WARN -> problems.forEach(exchange::warn);
            case STRICT -> throw new UndecodableException("strict decoding error: " + strictly(document, problems));
        }
    }

    /// Joins the problems as upstream does: its YAML library puts each duplicate on a line of its own, everything else is in one line.
    private static String strictly(Document document, List<String> problems) {
        if (!document.yaml() || document.duplicates().isEmpty()) {
            return String.join(", ", problems);
        }
        int duplicates = document.duplicates().size();
        List<String> parts = new java.util.ArrayList<>(problems.subList(duplicates, problems.size()));
        parts.addFirst("yaml: unmarshal errors:\n  " + String.join("\n  ", problems.subList(0, duplicates)));
        return String.join(", ", parts);
    }
}
