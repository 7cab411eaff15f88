package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.schema.FieldProblem;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import java.util.List;

/// What to do about fields that no schema knows: the `fieldValidation` parameter.
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

    /// @param problems in the words of [FieldProblem]
    /// @throws UndecodableException when they are not to be borne
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

    /// Upstream's YAML library lists its lines below each other; all else stands in one line.
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
