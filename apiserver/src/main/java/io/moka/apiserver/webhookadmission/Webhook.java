package io.moka.apiserver.webhookadmission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.Criteria;
import io.moka.apiserver.matching.MatchConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One webhook of a configuration.
///
/// @param failsOpen   whether requests go on when it cannot be asked
/// @param reinvocable whether it wants to be asked again when a later one has changed the object
/// @param version     of the reviews that it understands: `v1` or `v1beta1`
/// @param silent      whether it may be asked in a dry run
record Webhook(String configuration, String name, JsonNode clientConfig, Criteria criteria, MatchConditions conditions,
        boolean failsOpen, boolean reinvocable, boolean silent, Duration timeout, String version) {

    /// Tells it from all others.
    String id() {
        return configuration + "/" + name;
    }

    /// All of them, in the order in which they are asked.
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

    /// The first of the versions it names that we speak.
    private static String version(JsonNode webhook) {
        for (JsonNode version : webhook.path("admissionReviewVersions")) {
            if (version.asText().equals("v1") || version.asText().equals("v1beta1")) {
                return version.asText();
            }
        }
        return "";
    }
}
