package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sets of paths in the form of `fieldsV1`: a tree whose names are path elements. A node that is empty, or has the name `.`, is
/// itself in the set. An empty set is null. Trees are shared between sets and never changed once they are built.
final class FieldSet {
    static final String SELF = ".";
    private static final ObjectNode LEAF = JsonNodeFactory.instance.objectNode();

    private FieldSet() {}

    /// Collects the elements below one node.
    static final class Builder {
        private @Nullable TreeMap<String, JsonNode> children;

        void add(String element, @Nullable ObjectNode below) {
            if (below != null) {
                if (children == null) {
                    children = new TreeMap<>();
                }
                children.put(element, below);
            }
        }

        /// Returns the node; null when the set is empty.
        @Nullable ObjectNode build(boolean self) {
            if (children == null) {
                return self ? LEAF : null;
            }
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            if (self) {
                node.set(SELF, LEAF);
            }
            node.setAll(children);
            return node;
        }
    }

    static ObjectNode leaf() {
        return LEAF;
    }

    static boolean containsSelf(JsonNode node) {
        return node.isEmpty() || node.has(SELF);
    }

    static @Nullable ObjectNode union(@Nullable ObjectNode a, @Nullable ObjectNode b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        if (a == b) {
            return a;
        }
        Builder builder = new Builder();
        for (Map.Entry<String, JsonNode> child : a.properties()) {
            if (!child.getKey().equals(SELF)) {
                builder.add(child.getKey(), union((ObjectNode) child.getValue(), (ObjectNode) b.get(child.getKey())));
            }
        }
        for (Map.Entry<String, JsonNode> child : b.properties()) {
            if (!child.getKey().equals(SELF) && !a.has(child.getKey())) {
                builder.add(child.getKey(), (ObjectNode) child.getValue());
            }
        }
        return builder.build(containsSelf(a) || containsSelf(b));
    }

    /// Returns the paths that are in `a` and not in `b`; `a` itself when no path is removed.
    static @Nullable ObjectNode minus(@Nullable ObjectNode a, @Nullable ObjectNode b) {
        if (a == null || b == null) {
            return a;
        }
        boolean wasSelf = containsSelf(a);
        boolean self = wasSelf && !containsSelf(b);
        boolean same = self == wasSelf;
        Builder builder = new Builder();
        for (Map.Entry<String, JsonNode> child : a.properties()) {
            if (!child.getKey().equals(SELF)) {
                ObjectNode left = minus((ObjectNode) child.getValue(), (ObjectNode) b.get(child.getKey()));
                same &= left == child.getValue();
                builder.add(child.getKey(), left);
            }
        }
        return same ? a : builder.build(self);
    }

    static @Nullable ObjectNode intersection(@Nullable ObjectNode a, @Nullable ObjectNode b) {
        if (a == null || b == null) {
            return null;
        }
        Builder builder = new Builder();
        for (Map.Entry<String, JsonNode> child : b.properties()) {
            if (!child.getKey().equals(SELF) && a.get(child.getKey()) instanceof ObjectNode other) {
                builder.add(child.getKey(), intersection(other, (ObjectNode) child.getValue()));
            }
        }
        return builder.build(containsSelf(a) && containsSelf(b));
    }

    /// Returns the paths in the set, written as `.spec.containers[name="web"].image`.
    static List<String> paths(ObjectNode set) {
        List<String> paths = new ArrayList<>();
        collect(set, "", paths::add);
        return paths;
    }

    private static void collect(JsonNode node, String path, Consumer<String> found) {
        if (!path.isEmpty() && containsSelf(node)) {
            found.accept(path);
        }
        for (Map.Entry<String, JsonNode> child : node.properties()) {
            if (!child.getKey().equals(SELF)) {
                collect(child.getValue(), path + PathElement.describe(child.getKey()), found);
            }
        }
    }

    /// Parses a set that a client sent and returns its canonical form; null when it is invalid or empty.
    static @Nullable ObjectNode parse(@Nullable JsonNode sent) {
        return sent instanceof ObjectNode object && !object.isEmpty() ? parseNode(object) : null;
    }

    private static @Nullable ObjectNode parseNode(ObjectNode sent) {
        Builder builder = new Builder();
        for (Map.Entry<String, JsonNode> child : sent.properties()) {
            if (child.getKey().equals(SELF)) {
                continue;
            }
            String element = PathElement.canonical(child.getKey());
            if (element.isEmpty() || !(child.getValue() instanceof ObjectNode below)) {
                return null;
            }
            builder.add(element, parseNode(below));
        }
        return builder.build(containsSelf(sent));
    }
}
