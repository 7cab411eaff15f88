package io.moka.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The outcome of calling a webhook: it allowed the request, denied it, or could not be called.
sealed interface Answer {

    /// @param patch JSON Patch operations on the object; null for none
    record Allowed(@Nullable JsonNode patch, Extras extras) implements Answer {}

    record Denied(ApiException refusal, Extras extras) implements Answer {}

    /// @param reason the text after `failed calling webhook "x": `
    record Failed(String reason) implements Answer {}

    /// The warnings and audit annotations of an answer.
    record Extras(List<String> warnings, Map<String, String> annotations) {
        static Extras of(JsonNode response) {
            List<String> warnings = new ArrayList<>();
            response.path("warnings").forEach(warning -> warnings.add(warning.asText()));
            Map<String, String> annotations = new LinkedHashMap<>();
            response.path("auditAnnotations").properties().forEach(annotation -> annotations.put(annotation.getKey(), annotation.getValue().asText()));
            return new Extras(warnings, annotations);
        }
    }

    /// Returns the refusal for a webhook's `status`: at least a 400, with the webhook's name in front.
    static ApiException refusal(String webhook, JsonNode status) {
        String message = Json.text(status, "message");
        String reason = Json.text(status, "reason");
        String why = !message.isEmpty() ? message : !reason.isEmpty() ? reason : "without explanation";
        return new ApiException(new Status(Math.max(400, status.path("code").asInt()), reason, "admission webhook \"" + webhook + "\" denied the request: " + why,
                details(status.path("details"))));
    }

    private static Status.@Nullable Details details(JsonNode details) {
        if (!details.isObject()) {
            return null;
        }
        List<StatusCause> causes = new ArrayList<>();
        details.path("causes").forEach(cause -> causes.add(new StatusCause(Json.text(cause, "reason"), Json.text(cause, "message"), Json.text(cause, "field"))));
        return new Status.Details(Json.text(details, "group"), Json.text(details, "kind"), Json.text(details, "name"), Json.text(details, "uid"), causes,
                details.path("retryAfterSeconds").asInt());
    }

    /// Returns the error for a request that fails because a webhook could not be called.
    static ApiException failure(String webhook, String reason) {
        return internal("failed calling webhook \"" + webhook + "\": " + reason);
    }

    static ApiException internal(String message) {
        return new ApiException(new Status(500, "InternalError", "Internal error occurred: " + message,
                new Status.Details("", "", "", "", List.of(new StatusCause("", message, "")), 0)));
    }
}
