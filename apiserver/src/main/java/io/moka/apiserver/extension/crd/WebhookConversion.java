package io.moka.apiserver.extension.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.extension.webhook.UnreachableException;
import io.moka.apiserver.extension.webhook.WebhookClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Converts objects by calling the definition's webhook, once for all objects of a request.
record WebhookConversion(String group, String kind, JsonNode webhook, WebhookClient client) implements Conversion {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> MAY_CHANGE = Set.of("labels", "annotations");

    @Override
    public List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion) {
        String reviewVersion = Definition.strings(webhook.path("conversionReviewVersions")).contains("v1") ? "v1" : "v1beta1";
        String uid = UUID.randomUUID().toString();
        ObjectNode review = Json.object().put("kind", "ConversionReview").put("apiVersion", "apiextensions.k8s.io/" + reviewVersion);
        ArrayNode sent = review.putObject("request").put("uid", uid).put("desiredAPIVersion", apiVersion).putArray("objects");
        objects.forEach(sent::add);
        ObjectNode answer;
        try {
            answer = client.post(webhook.path("clientConfig"), review, TIMEOUT);
        } catch (UnreachableException failed) {
            throw failure(objects, apiVersion, String.valueOf(failed.getMessage()));
        }
        return read(objects, apiVersion, uid, answer.path("response"));
    }

    private List<ObjectNode> read(List<ObjectNode> objects, String apiVersion, String uid, JsonNode response) {
        if (!Json.text(response, "uid").equals(uid)) {
            throw failure(objects, apiVersion, "expected response.uid=\"" + uid + "\", got \"" + Json.text(response, "uid") + "\"");
        }
        if (!Json.text(response, "result", "status").equals("Success")) {
            throw failure(objects, apiVersion, Json.text(response, "result", "message"));
        }
        JsonNode converted = response.path("convertedObjects");
        if (converted.size() != objects.size()) {
            throw failure(objects, apiVersion, "webhook returned " + converted.size() + " objects, expected " + objects.size());
        }
        List<ObjectNode> all = new ArrayList<>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            if (!(converted.get(i) instanceof ObjectNode object) || !Json.text(object, "apiVersion").equals(apiVersion) || !Json.text(object, "kind").equals(kind)) {
                throw failure(objects, apiVersion, "webhook returned an invalid converted object at index " + i + ": want " + apiVersion + ", Kind=" + kind);
            }
            all.add(withOwnMetadata(objects.get(i), object));
        }
        return all;
    }

    /// Returns the converted object with its own metadata. A conversion may change labels and annotations, but no other metadata, such as name or uid.
    private static ObjectNode withOwnMetadata(ObjectNode before, ObjectNode converted) {
        ObjectNode metadata = before.path("metadata").deepCopy();
        for (String field : MAY_CHANGE) {
            JsonNode value = converted.path("metadata").get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        converted.set("metadata", metadata);
        return converted;
    }

    private ApiException failure(List<ObjectNode> objects, String apiVersion, String why) {
        return ApiException.internal("conversion webhook for " + Json.text(objects.getFirst(), "apiVersion") + ", Kind=" + kind + " failed: " + why);
    }
}
