package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;

/// Reads the parameters that all writing verbs have in common.
public final class WriteOptions {
    private WriteOptions() {}

    static boolean dryRun(Exchange exchange) {
        List<String> values = exchange.query().all("dryRun");
        for (String value : values) {
            requireKnown(value, kind(exchange.info().verb()));
        }
        return !values.isEmpty();
    }

    private static String kind(String verb) {
        return switch (verb) {
            case "update" -> "UpdateOptions";
            case "patch" -> "PatchOptions";
            case "delete", "deletecollection" -> "DeleteOptions";
            default -> "CreateOptions";
        };
    }

    /// @param options the kind of the options, such as `CreateOptions`
    static void requireKnown(String dryRun, String options) {
        if (!dryRun.equals("All")) {
            throw ApiException.invalid("meta.k8s.io", options, "", "dryRun: Unsupported value: [\"" + dryRun + "\"]: supported values: \"All\"",
                    List.of(new StatusCause("FieldValueNotSupported", "Unsupported value: [\"" + dryRun + "\"]: supported values: \"All\"", "dryRun")));
        }
    }

    /// Returns the caller of a create, update or patch: the user and the options.
    public static Caller caller(Exchange exchange) {
        boolean dryRun = dryRun(exchange);
        return new Caller(exchange.user(), dryRun, () -> toJson(exchange.query(), dryRun));
    }

    private static ObjectNode toJson(Query query, boolean dryRun) {
        ObjectNode options = Json.object();
        if (dryRun) {
            options.putArray("dryRun").add("All");
        }
        for (String parameter : new String[] {"fieldManager", "fieldValidation"}) {
            if (!query.get(parameter).isEmpty()) {
                options.put(parameter, query.get(parameter));
            }
        }
        return options;
    }
}
