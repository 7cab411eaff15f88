package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import java.util.List;

/// Reads the parameters that all writing verbs share.
final class WriteOptions {
    private WriteOptions() {}

    static boolean dryRun(Exchange exchange) {
        List<String> values = exchange.query().all("dryRun");
        for (String value : values) {
            requireKnown(value);
        }
        return !values.isEmpty();
    }

    static void requireKnown(String dryRun) {
        if (!dryRun.equals("All")) {
            throw ApiException.invalid("meta.k8s.io", "CreateOptions", "", "dryRun: Unsupported value: [\"" + dryRun + "\"]: supported values: \"All\"",
                    List.of(new StatusCause("FieldValueNotSupported", "Unsupported value: [\"" + dryRun + "\"]: supported values: \"All\"", "dryRun")));
        }
    }
}
