package io.moka.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.Criteria;
import io.moka.apiserver.admission.matching.MatchConditions;
import io.moka.apiserver.core.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One webhook of a configuration.
///
/// @param failsOpen   whether requests go on when the webhook cannot be called
/// @param reinvocable whether it is called again when a later webhook has changed the object
/// @param version     the version of AdmissionReview for its calls: `v1` or `v1beta1`
/// @param silent      whether a dry run may call it, since it then has no side effects
record Webhook(String configuration, String name, JsonNode clientConfig, Criteria criteria, MatchConditions conditions,
        boolean failsOpen, boolean reinvocable, boolean silent, Duration timeout, String version) {

    /// Returns a key that is unique among all webhooks.
    String id() {
        return configuration + "/" + name;
    }

    /// Returns the webhooks of all configurations, in the order in which they are called.
    static List<Webhook> listOf(List<ObjectNode> configurations) {
        List<Webhook> webhooks = new ArrayList<>();
        for (ObjectNode configuration : configurations) {
            configuration.path("webhooks").forEach(webhook -> webhooks.add(of(Json.name(configuration), webhook)));
        }
        return List.copyOf(webhooks);
    }

    private static Webhook of(String configuration, JsonNode webhook) {
        boolean failsOpen = Json.text(webhook, "failurePolicy").equals("Ignore");
        String sideEffects = Json.text(webhook, "sideEffects");
        return new Webhook(configuration, Json.text(webhook, "name"), webhook.path("clientConfig"), Criteria.ofWebhook(webhook),
                new MatchConditions(webhook.path("matchConditions"), false, failsOpen), failsOpen,
                Json.text(webhook, "reinvocationPolicy").equals("IfNeeded"), sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun"),
                Duration.ofSeconds(webhook.path("timeoutSeconds").asLong(10)), version(webhook));
    }

    /// Returns the first version of AdmissionReview in its list that this server supports.
    private static String version(JsonNode webhook) {
        for (JsonNode version : webhook.path("admissionReviewVersions")) {
            if (version.asText().equals("v1") || version.asText().equals("v1beta1")) {
                return version.asText();
            }
        }
        return "";
    }
}
