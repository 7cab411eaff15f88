package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Applies JSON patches (RFC 6902): a list of operations, applied in order; all of them or none.
///
/// A short patch can make a huge document by copying what it has just copied. Therefore all `copy` operations of a patch together copy at most
/// [#MAX_COPIED_BYTES], and the result is nested at most [JsonSize#MAX_DEPTH] levels deep, the maximum that the server can read again.
public final class JsonPatch {

    static final int MAX_OPERATIONS = 10_000;
    /// Maximum size of a request's body in bytes, which is upstream's.
    static final long MAX_COPIED_BYTES = 3 * 1024 * 1024;

    private JsonNode document;
    private long copiedBytes;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    /// Returns a patched copy; `document` is not changed.
    public static JsonNode apply(JsonNode document, JsonNode patch) {
        if (!patch.isArray()) {
            throw PatchException.malformed("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        }
        if (patch.size() > MAX_OPERATIONS) {
            throw PatchException.tooLarge("The allowed maximum operations in a JSON patch is %d, got %d".formatted(MAX_OPERATIONS, patch.size()));
        }
        JsonPatch run = new JsonPatch(document.deepCopy());
        patch.forEach(run::applyOperation);
        if (JsonSize.isDeeperThan(run.document, JsonSize.MAX_DEPTH)) {
            throw PatchException.unprocessable("the patched document is nested more than " + JsonSize.MAX_DEPTH + " levels deep");
        }
        return run.document;
    }

    private void applyOperation(JsonNode operation) {
        if (!operation.isObject()) {
            throw PatchException.malformed("json: cannot unmarshal " + operation.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                    + " into Go value of type jsonpatch.Operation");
        }
        String name = operation.path("op").asText();
        switch (name) {
            case "add" -> add("add", pointer(operation, "path"), value(operation));
            case "remove" -> remove("remove", pointer(operation, "path"));
            case "replace" -> replace(pointer(operation, "path"), value(operation));
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonPointer path = pointer(operation, "path");
                if (path.isInside(from)) {
                    throw PatchException.unprocessable("move operation does not apply: cannot move " + from + " into itself");
                }
                add("move", path, remove("move", from));
            }
            case "copy" -> add("copy", pointer(operation, "path"), copyOf(find("copy", pointer(operation, "from"))));
            case "test" -> test(pointer(operation, "path"), value(operation));
            default -> throw PatchException.unprocessable("Unexpected kind: " + name);
        }
    }

    /// Returns a copy of a value. Measures it first, and stops measuring at the limit.
    private JsonNode copyOf(JsonNode found) {
        copiedBytes += JsonSize.ofAtMost(found, MAX_COPIED_BYTES - copiedBytes);
        if (copiedBytes > MAX_COPIED_BYTES) {
            throw PatchException.unprocessable("Unable to complete the copy, the accumulated size increase of copy is %d, exceeding the limit %d"
                    .formatted(copiedBytes, MAX_COPIED_BYTES));
        }
        return found.deepCopy();
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        JsonNode path = operation.get(field);
        if (path == null || !path.isTextual()) {
            throw PatchException.unprocessable(operation.path("op").asText() + " operation failed to decode " + field + ": missing value");
        }
        return JsonPointer.parse(path.textValue());
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw PatchException.unprocessable(operation.path("op").asText() + " operation failed to decode value: missing value");
        }
        return value.deepCopy();
    }

    private void add(String operation, JsonPointer path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        switch (parent(operation, path)) {
            case ObjectNode object -> object.set(path.last(), value);
            case ArrayNode list -> list.insert(path.insertionIndex(list.size()), value);
            default -> throw missingPath(operation, path);
        }
    }

    private JsonNode remove(String operation, JsonPointer path) {
        if (path.isRoot()) {
            throw PatchException.unprocessable(operation + " operation does not apply: cannot remove the whole document");
        }
        JsonNode removed = switch (parent(operation, path)) {
            case ObjectNode object -> object.remove(path.last());
            case ArrayNode list -> list.remove(path.index(list.size()));
            default -> null;
        };
        if (removed == null) {
            throw PatchException.unprocessable(operation + " operation does not apply: unable to remove nonexistent key: " + path.last() + ": missing value");
        }
        return removed;
    }

    private void replace(JsonPointer path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        switch (parent("replace", path)) {
            case ObjectNode object when object.has(path.last()) -> object.set(path.last(), value);
            case ArrayNode list -> list.set(path.index(list.size()), value);
            default -> throw PatchException.unprocessable("replace operation does not apply: doc is missing key: " + path + ": missing value");
        }
    }

    private void test(JsonPointer path, JsonNode expected) {
        JsonNode actual = find("test", path);
        if (!actual.equals(Numbers.COMPARATOR, expected)) {
            throw PatchException.testFailed("testing value " + path + " failed: test failed");
        }
    }

    private JsonNode find(String operation, JsonPointer path) {
        if (path.isRoot()) {
            return document;
        }
        JsonNode found = switch (parent(operation, path)) {
            case ObjectNode object -> object.get(path.last());
            case ArrayNode list -> list.get(path.index(list.size()));
            default -> null;
        };
        if (found == null) {
            throw missingPath(operation, path);
        }
        return found;
    }

    private JsonNode parent(String operation, JsonPointer path) {
        JsonNode node = document;
        for (String token : path.parents()) {
            JsonNode child = node instanceof ArrayNode list ? list.get(JsonPointer.parseIndex(token, list.size() - 1)) : node.get(token);
            if (child == null) {
                throw missingPath(operation, path);
            }
            node = child;
        }
        return node;
    }

    private static PatchException missingPath(String operation, JsonPointer path) {
        return PatchException.unprocessable(operation + " operation does not apply: doc is missing path: \"" + path + "\": missing value");
    }
}
