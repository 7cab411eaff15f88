package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.fieldmanager.FieldOwner;
import io.moka.apiserver.core.patch.JsonPatch;
import io.moka.apiserver.core.patch.MergePatch;
import io.moka.apiserver.core.patch.PatchException;
import io.moka.apiserver.core.patch.StrategicMergePatch;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;

/// Serves PATCH: applies a patch to the state that the object has when the change is written. Server-side apply is in [ApplyVerb].
public final class PatchVerb {
    private final Intake intake;
    private final ObjectStorage storage;
    private final UpdateRules rules;
    private final Ownership ownership;

    PatchVerb(Intake intake, ObjectStorage storage, UpdateRules rules, Ownership ownership) {
        this.intake = intake;
        this.storage = storage;
        this.rules = rules;
        this.ownership = ownership;
    }

    /// A parsed patch, in one of its three formats.
    public sealed interface Patch {
        Document document();

        record Json(Document document) implements Patch {}

        record Merge(Document document) implements Patch {}

        record Strategic(Document document, ObjectNode body) implements Patch {}

        static Patch read(Exchange exchange) {
            return switch (BodyDecoder.mediaType(exchange)) {
                case "application/json-patch+json" -> new Json(BodyDecoder.json(exchange.body()));
                case "application/merge-patch+json" -> {
                    Document document = BodyDecoder.json(exchange.body());
                    BodyDecoder.asObject(document.root());
                    yield new Merge(document);
                }
                case "application/strategic-merge-patch+json" -> {
                    Document document = BodyDecoder.json(exchange.body());
                    yield new Strategic(document, BodyDecoder.asObject(document.root()));
                }
                default -> throw ApiException.unsupportedMediaType("the body of the request was in an unknown format - accepted media types include: "
                        + "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml");
            };
        }

        /// Returns a patched copy.
        default ObjectNode applyTo(ObjectNode current, ObjectSchema schema) {
            try {
                JsonNode patched = switch (this) {
                    case Json(Document document) -> JsonPatch.apply(current, document.root());
                    case Merge(Document document) -> MergePatch.apply(current, document.root());
                    case Strategic(Document ignored, ObjectNode body) -> StrategicMergePatch.apply(current, body, schema);
                };
                return BodyDecoder.asObject(patched);
            } catch (PatchException refused) {
                throw switch (refused.kind()) {
                    case TOO_LARGE -> ApiException.tooLarge(refused.getMessage());
                    case MALFORMED -> ApiException.badRequest(refused.getMessage());
                    case UNPROCESSABLE, TEST_FAILED -> new ApiException(new Status(422, "Invalid",
                            "the server rejected our request due to an error in our request", Status.Details.of("", "", "")));
                };
            }
        }
    }

    /// Refuses a strategic merge patch of a custom resource, whose definition has no merge keys.
    private static void requireUnderstood(Patch patch, Target target) {
        if (patch instanceof Patch.Strategic && target.type().custom() != null) {
            throw ApiException.unsupportedMediaType("the body of the request was in an unknown format - accepted media types include: "
                    + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        }
    }

    byte[] patch(Exchange exchange, Target target) {
        Patch patch = Patch.read(exchange);
        requireUnderstood(patch, target);
        ObjectSchema schema = intake.schema(target.type().gvk());
        FieldOwner writer = FieldOwners.updater(exchange, target);
        Caller caller = WriteOptions.caller(exchange);
        return storage.update(target, caller.dryRun(), current -> {
            ObjectNode patched = patch.applyTo(current.object(), schema);
            intake.acceptPatched(exchange, target.type().gvk(), patched, patch.document());
            ownership.updated(target.type(), patched, current, writer);
            return rules.apply(target, patched, current, caller);
        });
    }
}
