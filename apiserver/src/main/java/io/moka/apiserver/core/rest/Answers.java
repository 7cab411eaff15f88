package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Listing;
import java.util.List;

/// Writes objects and lists to the response, in the form that the client asked for.
public final class Answers {
    private final TableRenderer tables;

    Answers(TableRenderer tables) {
        this.tables = tables;
    }

    /// Answers with one object, given as the bytes that clients of its type see.
    public void object(Exchange exchange, ResourceType type, int code, byte[] json) {
        switch (Representation.of(exchange)) {
            case Representation.Plain() -> exchange.answerJson(code, json);
            case Representation.Yaml() -> exchange.answer(code, BodyDecoder.YAML, Representation.YamlWriter.write(Json.read(json)));
            case Representation.Binary() -> exchange.answer(code, ProtobufDecoder.MEDIA_TYPE, Representation.binary(Json.read(json)));
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

    /// Answers with one object whose kind is not that of the target's type, such as a scale.
    public void part(Exchange exchange, GroupVersionKind kind, ObjectNode object) {
        if (Representation.of(exchange) instanceof Representation.AsTable(var policy)) {
            ObjectNode listMeta = Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
            exchange.answer(200, tables.render(kind, List.of(object), listMeta, policy));
        } else {
            whole(exchange, 200, object);
        }
    }

    /// Answers with an object that has no table or metadata form, such as a review or a status, as JSON or in the binary form.
    public static void whole(Exchange exchange, int code, ObjectNode object) {
        if (Representation.of(exchange) instanceof Representation.Binary) {
            exchange.answer(code, ProtobufDecoder.MEDIA_TYPE, Representation.binary(object));
        } else {
            exchange.answer(code, object);
        }
    }

    /// Whether the bytes are an object of the type; the answer to a delete may be a Status.
    private static boolean isObject(ResourceType type, byte[] json) {
        return !Json.text(Json.read(json), "kind").equals("Status") && (type.stored() || type.computed());
    }

    public void list(Exchange exchange, ResourceType type, Listing listing, String continueToken) {
        switch (Representation.of(exchange)) {
            case Representation.Plain() -> exchange.answerParts(BodyDecoder.JSON, ListBody.parts(type, listing, continueToken));
            case Representation.Yaml() -> exchange.answer(200, BodyDecoder.YAML, Representation.YamlWriter.write(tree(type, listing, continueToken)));
            case Representation.Binary() -> exchange.answer(200, ProtobufDecoder.MEDIA_TYPE, Representation.binary(tree(type, listing, continueToken)));
            case Representation.AsMetadata() -> exchange.answerParts(BodyDecoder.JSON, ListBody.metadataParts(listing, continueToken));
            case Representation.AsTable(var policy) ->
                    exchange.answer(200, tables.render(type, trees(type, listing), ListBody.metadata(listing, continueToken), policy));
        }
    }

    private static ObjectNode tree(ResourceType type, Listing listing, String continueToken) {
        ObjectNode list = Json.object().put("kind", type.kind() + "List").put("apiVersion", type.groupVersion());
        list.set("metadata", ListBody.metadata(listing, continueToken));
        list.putArray("items").addAll(trees(type, listing));
        return list;
    }

    private static List<ObjectNode> trees(ResourceType type, Listing listing) {
        return StoredForms.show(type, listing.objects().stream().map(object -> Json.read(object.json())).toList());
    }

    /// Returns the form of a watch's events.
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
                    case Representation.Binary() -> Representation.binary(Json.read(json));
                    case Representation.AsMetadata() -> Json.write(Representation.metadataOnly(Json.read(json)));
                    case Representation.AsTable(var policy) -> row(type, Json.read(json), policy);
                };
            }

            @Override
            public byte[] failure(ObjectNode status) {
                return form instanceof Representation.Binary ? Representation.binary(status) : Json.write(status);
            }
        };
    }

    private byte[] watched(Representation form, ResourceType type, CachedObject object) {
        return switch (form) {
            case Representation.Plain() -> StoredForms.differ(type) ? Json.write(Representation.tree(type, object.json())) : object.json();
            case Representation.Yaml() -> object.json();
            case Representation.Binary() -> Representation.binary(Representation.tree(type, object.json()));
            case Representation.AsMetadata() -> Representation.metadataOnly(object);
            case Representation.AsTable(var policy) -> row(type, Representation.tree(type, object.json()), policy);
        };
    }

    private byte[] row(ResourceType type, ObjectNode object, IncludeObject policy) {
        ObjectNode listMeta = Json.object().put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
        return Json.write(tables.render(type, List.of(object), listMeta, policy));
    }
}
