package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.schema.FieldProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A decoded request body.
///
/// @param yaml       whether the body was YAML, whose duplicate fields are identified by line rather than by path
/// @param duplicates fields that an object names more than once; the last one counts
/// @param order      the positions of all fields, by path; empty when there are no duplicates
public record Document(JsonNode root, boolean yaml, List<Duplicate> duplicates, Map<String, Integer> order) {

    record Duplicate(String path, String message) {}

    /// Returns a document for a tree that was not read from text, so without duplicates.
    static Document of(JsonNode root) {
        return new Document(root, false, List.of(), Map.of());
    }

    /// Returns the messages about unknown and duplicate fields of this document. For JSON they are in the document's order, and a duplicate of or inside
    /// an unknown field adds no message. For YAML the duplicates come first.
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
