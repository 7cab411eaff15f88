package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;

/// Measures trees without recursion and without writing them, so that a hostile tree costs neither stack nor memory.
final class JsonSize {
    /// Maximum nesting depth of documents that the server reads.
    static final int MAX_DEPTH = 500;

    private JsonSize() {}

    /// Returns the length of the tree's JSON in characters, not counting escapes. Stops as soon as the length exceeds `limit`, and then returns
    /// some length above the limit.
    static long ofAtMost(JsonNode tree, long limit) {
        Deque<JsonNode> open = new ArrayDeque<>();
        open.push(tree);
        long size = 0;
        while (!open.isEmpty() && size <= limit) {
            JsonNode node = open.pop();
            size += ownSize(node);
            for (JsonNode child : node) {
                open.push(child);
            }
        }
        return size;
    }

    private static long ownSize(JsonNode node) {
        if (node.isObject()) {
            long names = 2;
            for (var each = node.fieldNames(); each.hasNext(); ) {
                names += each.next().length() + 4L;
            }
            return names;
        }
        return node.isArray() ? 2L + node.size() : node.isTextual() ? node.textValue().length() + 2L : node.asText().length();
    }

    static boolean isDeeperThan(JsonNode tree, int levels) {
        if (!tree.isContainerNode()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : tree) {
            if (isDeeperThan(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }
}
