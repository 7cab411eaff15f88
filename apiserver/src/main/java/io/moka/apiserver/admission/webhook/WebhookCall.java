package io.moka.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.extension.webhook.UnreachableException;
import io.moka.apiserver.extension.webhook.WebhookClient;
import java.io.IOException;
import java.util.Base64;
import java.util.UUID;

/// Calls one webhook for one request.
///
/// @param mutating whether the answer may contain a patch
record WebhookCall(WebhookClient client, boolean mutating) {

    /// Thrown for an answer that is not a valid AdmissionReview.
    private static final class InvalidResponse extends Exception {
        InvalidResponse(String message) {
            super(message);
        }
    }

    Answer ask(Webhook webhook, ReviewedRequest reviewed) {
        if (reviewed.request().dryRun() && !webhook.silent()) {
            return new Answer.Denied(ApiException.badRequest("admission webhook \"" + webhook.name() + "\" does not support dry run"),
                    Answer.Extras.of(Json.object()));
        }
        if (webhook.version().isEmpty()) {
            return new Answer.Failed("could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)");
        }
        String uid = UUID.randomUUID().toString();
        ObjectNode answer;
        try {
            answer = client.post(webhook.clientConfig(), review(webhook, reviewed, uid), webhook.timeout());
        } catch (UnreachableException failed) {
            return new Answer.Failed("failed to call webhook: " + failed.getMessage());
        }
        try {
            return read(webhook, uid, answer);
        } catch (InvalidResponse invalid) {
            return new Answer.Failed("received invalid webhook response: " + invalid.getMessage());
        }
    }

    private static ObjectNode review(Webhook webhook, ReviewedRequest reviewed, String uid) {
        ObjectNode review = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/" + webhook.version());
        ObjectNode request = review.putObject("request").put("uid", uid);
        request.setAll(reviewed.toJson());
        request.set("object", reviewed.object());
        request.set("oldObject", reviewed.oldObject());
        return review;
    }

    private Answer read(Webhook webhook, String uid, ObjectNode answer) throws InvalidResponse {
        JsonNode response = answer.path("response");
        if (!response.isObject()) {
            throw new InvalidResponse("webhook response was absent");
        }
        if (webhook.version().equals("v1")) {
            verify(uid, answer, response);
        }
        Answer.Extras extras = Answer.Extras.of(response);
        if (!response.path("allowed").asBoolean()) {
            return new Answer.Denied(Answer.refusal(webhook.name(), response.path("status")), extras);
        }
        String patch = Json.text(response, "patch");
        String patchType = Json.text(response, "patchType");
        if (!mutating || patch.isEmpty()) {
            return new Answer.Allowed(null, extras);
        }
        if (webhook.version().equals("v1") && !patchType.equals("JSONPatch")) {
            return new Answer.Failed("unsupported patch type \"" + patchType + "\"");
        }
        return new Answer.Allowed(decode(patch), extras);
    }

    private void verify(String uid, ObjectNode answer, JsonNode response) throws InvalidResponse {
        if (!Json.text(response, "uid").equals(uid)) {
            throw new InvalidResponse("expected response.uid=\"" + uid + "\", got \"" + Json.text(response, "uid") + "\"");
        }
        if (!Json.text(answer, "kind").equals("AdmissionReview") || !Json.text(answer, "apiVersion").equals("admission.k8s.io/v1")) {
            throw new InvalidResponse("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got " + Json.text(answer, "apiVersion")
                    + ", Kind=" + Json.text(answer, "kind"));
        }
        boolean patch = !Json.text(response, "patch").isEmpty();
        boolean patchType = Json.present(response, "patchType") != null;
        if (!mutating && (patch || patchType)) {
            throw new InvalidResponse("validating webhook may not return response." + (patch ? "patch" : "patchType"));
        }
        if (patch && !patchType) {
            throw new InvalidResponse("webhook returned response.patch but not response.patchType");
        }
        if (patchType && !patch) {
            throw new InvalidResponse("webhook returned response.patchType but not response.patch");
        }
        if (patchType && Json.text(response, "patchType").isEmpty()) {
            throw new InvalidResponse("webhook returned invalid response.patchType of \"\"");
        }
    }

    private static JsonNode decode(String patch) throws InvalidResponse {
        try {
            return Json.MAPPER.readTree(Base64.getDecoder().decode(patch));
        } catch (IOException | IllegalArgumentException malformed) {
            throw new InvalidResponse("the patch cannot be read: " + malformed.getMessage());
        }
    }
}
