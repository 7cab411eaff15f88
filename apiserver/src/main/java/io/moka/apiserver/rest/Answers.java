package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.Listing;
import io.moka.apiserver.table.IncludeObject;
import io.moka.apiserver.table.Tables;
import java.util.List;

/// Writes objects and lists in the form that the client asked for.
final class Answers {
    private final Tables tables;

    Answers(Tables tables) {
        this.tables = tables;
    }

    /// One object, given as the bytes that clients of its type see.
    void object(Exchange exchange, ResourceType type, int code, byte[] json) {
        switch (Representation.of(exchange)) {
            case Representation.Plain() -> exchange.answerJson(code, json);
            case Representation.Yaml() -> exchange.answer(code, BodyDecoder.YAML, Representation.YamlWriter.write(Json.read(json)));
            case Representation.AsMetadata() -> exchange.answer(code, isObject(type, json) ? Representation.metadataOnly(Json.read(json)) : Json.read(json));
            case Representation.AsTable(var policy) -> {
                ObjectNode object = Json.read(json);
                if (!isObject(type, json)) {
                    exchange.answer(code, object);
                    return;
                }
                ObjectNode listMeta = Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
                exchange.answer(code, tables.render(type, List.of(object), listMeta, policy));
            }
        }
    }

    /// One object of a kind that is not of the target's type, as a scale is.
    void part(Exchange exchange, GroupVersionKind kind, ObjectNode object) {
        if (Representation.of(exchange) instanceof Representation.AsTable(var policy)) {
            ObjectNode listMeta = Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
            exchange.answer(200, tables.render(kind, List.of(object), listMeta, policy));
        } else {
            exchange.answer(200, object);
        }
    }

    /// The answer to a delete may be a Status.
    private static boolean isObject(ResourceType type, byte[] json) {
        return !Json.text(Json.read(json), "kind").equals("Status") && (type.stored() || type.computed());
    }

    void list(Exchange exchange, ResourceType type, Listing listing, String continueToken) {
        switch (Representation.of(exchange)) {
            case Representation.Plain() -> exchange.answerParts(BodyDecoder.JSON, ListBody.parts(type, listing, continueToken));
            case Representation.Yaml() -> {
                ObjectNode list = Json.object().put("kind", type.kind() + "List").put("apiVersion", type.groupVersion());
                list.set("metadata", ListBody.metadata(listing, continueToken));
                list.putArray("items").addAll(trees(type, listing));
                exchange.answer(200, BodyDecoder.YAML, Representation.YamlWriter.write(list));
            }
            case Representation.AsMetadata() -> exchange.answerParts(BodyDecoder.JSON, ListBody.metadataParts(listing, continueToken));
            case Representation.AsTable(var policy) ->
                    exchange.answer(200, tables.render(type, trees(type, listing), ListBody.metadata(listing, continueToken), policy));
        }
    }

    private static List<ObjectNode> trees(ResourceType type, Listing listing) {
        return StoredForms.show(type, listing.objects().stream().map(object -> Json.read(object.json())).toList());
    }

    /// The form of a watch's events.
    EventForm events(Representation form, ResourceType type) {
        return new EventForm() {
            @Override
            public byte[] object(CachedObject object) {
                return watched(form, type, object);
            }

            @Override
            public byte[] bookmark(byte[] json) {
                return switch (form) {
                    case Representation.Plain(), Representation.Yaml() -> json;
                    case Representation.AsMetadata() -> Json.write(Representation.metadataOnly(Json.read(json)));
                    case Representation.AsTable(var policy) -> row(type, Json.read(json), policy);
                };
            }
        };
    }

    private byte[] watched(Representation form, ResourceType type, CachedObject object) {
        return switch (form) {
            case Representation.Plain() -> StoredForms.differ(type) ? Json.write(Representation.tree(type, object.json())) : object.json();
            case Representation.Yaml() -> object.json();
            case Representation.AsMetadata() -> Representation.metadataOnly(object);
            case Representation.AsTable(var policy) -> row(type, Representation.tree(type, object.json()), policy);
        };
    }

    private byte[] row(ResourceType type, ObjectNode object, IncludeObject policy) {
        ObjectNode listMeta = Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
        return Json.write(tables.render(type, List.of(object), listMeta, policy));
    }
}
