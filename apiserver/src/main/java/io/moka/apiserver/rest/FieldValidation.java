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

    /// @param kind whose decoding found the problems
    void apply(Exchange exchange, String kind, String version, List<FieldProblem> problems) {
        if (problems.isEmpty()) {
            return;
        }
        switch (this) {
            case IGNORE -> { }
            case WARN -> problems.forEach(problem -> exchange.warn(problem.message()));
            case STRICT -> throw ApiException.badRequest(kind + " in version \"" + version + "\" cannot be handled as a " + kind
                    + ": strict decoding error: " + String.join(", ", problems.stream().map(FieldProblem::message).toList()));
        }
    }
}
