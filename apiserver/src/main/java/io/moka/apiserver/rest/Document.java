package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.schema.FieldProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A body that has been read.
///
/// @param yaml       whether it was YAML, whose duplicates are known by their lines rather than by their paths
/// @param duplicates fields that an object names more than once; the last one counts
/// @param order      the places of all fields by their paths, where there are duplicates
record Document(JsonNode root, boolean yaml, List<Duplicate> duplicates, Map<String, Integer> order) {

    record Duplicate(String path, String message) {}

    /// A tree that came without text.
    static Document of(JsonNode root) {
        return new Document(root, false, List.of(), Map.of());
    }

    /// What is to be told about this document's fields: the unknown ones and the duplicates, in the document's order.
    /// A duplicate of or inside an unknown field of JSON adds nothing.
    List<String> problems(List<FieldProblem> unknown) {
        if (yaml || duplicates.isEmpty()) {
            List<String> messages = new ArrayList<>(duplicates.stream().map(Duplicate::message).toList());
            unknown.forEach(problem -> messages.add(problem.message()));
            return messages;
        }
        Map<String, String> messages = new HashMap<>();
        for (Duplicate duplicate : duplicates) {
            if (unknown.stream().noneMatch(problem -> isWithin(duplicate.path(), problem.path()))) {
                messages.put(duplicate.path(), duplicate.message());
            }
        }
        unknown.forEach(problem -> messages.put(problem.path(), problem.message()));
        return messages.entrySet().stream()
                .sorted(Comparator.comparingInt(message -> order.getOrDefault(message.getKey(), Integer.MAX_VALUE)))
                .map(Map.Entry::getValue).toList();
    }

    private static boolean isWithin(String path, String parent) {
        return path.startsWith(parent) && (path.length() == parent.length() || path.charAt(parent.length()) == '.' || path.charAt(parent.length()) == '[');
    }
}
