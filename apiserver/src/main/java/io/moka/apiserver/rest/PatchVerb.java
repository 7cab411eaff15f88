package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.fieldmanager.FieldOwner;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.patch.JsonPatch;
import io.moka.apiserver.patch.MergePatch;
import io.moka.apiserver.patch.PatchException;
import io.moka.apiserver.patch.StrategicMergePatch;
import io.moka.apiserver.schema.ObjectSchema;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;

/// PATCH: a change of an object, applied to whatever it is when the change is written. Server-side apply is in [ApplyVerb].
final class PatchVerb {
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

    /// A patch that has been read, in one of its three languages.
    sealed interface Patch {
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

        /// A patched copy.
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
                    case MALFORMED -> ApiException.badRequest(refused.getMessage());
                    case UNPROCESSABLE -> new ApiException(new Status(422, "Invalid",
                            "the server rejected our request due to an error in our request", Status.Details.of("", "", "")));
                };
            }
        }
    }

    /// Definitions have no merge keys, so there is nothing for a strategic merge to go by.
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
