package io.moka.apiserver.core.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.moka.apiserver.core.resource.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the labels and selectable fields of a stored object in one pass over its bytes, without building a tree.
final class ObjectScanner {
    private static final JsonFactory JSON = new JsonFactory();

    /// A step of the paths to find.
    private static final class Node {
        final Map<String, Node> children = new HashMap<>();
        int fieldIndex = -1;
        boolean labels;
        boolean metadata;
    }

    /// The results of one pass.
    private static final class Findings {
        final String[] fields;
        Map<String, String> labels = Map.of();
        int metadataOffset = -1;
        int metadataEnd;

        Findings(List<String> defaults) {
            fields = defaults.toArray(String[]::new);
        }
    }

    private final Node root = new Node();
    private final List<String> defaults;
    /// The index of an event's `source` among the fields, and of the field that replaces an empty `source`; -1 for other types.
    private final int source;
    private final int reporter;

    ObjectScanner(ResourceType type) {
        source = type.selectableFields().indexOf("source");
        reporter = type.selectableFields().indexOf("reportingComponent");
        Node metadata = child(root, "metadata");
        metadata.metadata = true;
        child(metadata, "labels").labels = true;
        defaults = type.selectableFields().stream().map(ObjectScanner::defaultOf).toList();
        for (int i = 0; i < type.selectableFields().size(); i++) {
            Node node = root;
            for (String step : jsonPath(type.selectableFields().get(i)).split("\\.")) {
                node = child(node, step);
            }
            node.fieldIndex = i;
        }
    }

    private static Node child(Node node, String step) {
        return node.children.computeIfAbsent(step, ignored -> new Node());
    }

    /// Returns the JSON path of a selectable field. An event's `source` selects by the component in it.
    private static String jsonPath(String selectable) {
        return selectable.equals("source") ? "source.component" : selectable;
    }

    private static String defaultOf(String selectable) {
        return switch (selectable) {
            case "spec.hostNetwork", "spec.unschedulable" -> "false";
            case "status.replicas", "status.successful" -> "0";
            default -> "";
        };
    }

    CachedObject scan(String key, byte[] stored, long revision) {
        Findings found = new Findings(defaults);
        try (JsonParser parser = JSON.createParser(stored)) {
            parser.nextToken();
            walk(parser, root, found);
        } catch (IOException malformed) {
            throw new UncheckedIOException("the value of key " + key + " is not JSON", malformed);
        }
        if (source >= 0 && reporter >= 0 && found.fields[source].isEmpty()) {
            found.fields[source] = found.fields[reporter];
        }
        if (found.metadataOffset < 0) {
            throw new UncheckedIOException(new IOException("the value of key " + key + " has no metadata"));
        }
        int slash = key.indexOf('/');
        byte[] json = CachedObject.splice(stored, found.metadataOffset, revision);
        return new CachedObject(key, slash < 0 ? "" : key.substring(0, slash), key.substring(slash + 1), json,
                CachedObject.revisionOffset(found.metadataOffset), found.metadataEnd + json.length - stored.length, revision,
                found.labels, found.fields.length == 0 ? List.of() : Arrays.asList(found.fields));
    }

    private static void walk(JsonParser parser, Node node, Findings found) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            visit(parser, node.children.get(name), value, found);
        }
    }

    private static void visit(JsonParser parser, @Nullable Node node, JsonToken value, Findings found) throws IOException {
        if (node == null) {
            parser.skipChildren();
        } else if (value == JsonToken.START_OBJECT) {
            if (node.metadata) {
                found.metadataOffset = (int) parser.currentTokenLocation().getByteOffset() + 1;
            }
            if (node.labels) {
                found.labels = labels(parser);
            } else {
                walk(parser, node, found);
            }
            if (node.metadata) {
                found.metadataEnd = (int) parser.currentTokenLocation().getByteOffset() + 1;
            }
        } else if (node.fieldIndex >= 0 && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            found.fields[node.fieldIndex] = parser.getText();
        } else {
            parser.skipChildren();
        }
    }

    private static Map<String, String> labels(JsonParser parser) throws IOException {
        Map<String, String> labels = new HashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            labels.put(name, parser.getText());
        }
        return Map.copyOf(labels);
    }

    /// Returns the offset of the first byte inside the braces of `metadata`.
    static int metadataOffset(byte[] stored) {
        try (JsonParser parser = JSON.createParser(stored)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals("metadata")) {
                    return (int) parser.currentTokenLocation().getByteOffset() + 1;
                }
                parser.skipChildren();
            }
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
        throw new IllegalArgumentException("no metadata");
    }
}
