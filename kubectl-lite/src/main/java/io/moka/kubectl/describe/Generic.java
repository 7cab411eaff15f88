package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;

/// Any kind that has no describer of its own: all fields under their words, as upstream shows custom resources.
final class Generic implements Describer {

    private static final Set<String> ABBREVIATIONS = Set.of("api", "url", "uid", "osb", "guid");

    @Override
    public void describe(JsonNode object, Surroundings surroundings, Lines out) {
        out.field(0, "Name", object.path("metadata").path("name").asText());
        out.field(0, "Namespace", object.path("metadata").path("namespace").asText(""));
        Workloads.labels(object, out);
        out.field(0, "API Version", object.path("apiVersion").asText());
        out.field(0, "Kind", object.path("kind").asText());
        fields(0, object, object, out);
        out.events(surroundings.events(object));
    }

    private static void fields(int level, JsonNode node, JsonNode root, Lines out) {
        for (var key : Lines.keys(node)) {
            if (node == root && (key.equals("apiVersion") || key.equals("kind"))) {
                continue;
            }
            if (node == root.path("metadata") && Set.of("name", "namespace", "labels", "annotations", "managedFields", "selfLink").contains(key)) {
                continue;
            }
            field(level, words(key), node.get(key), root, out);
        }
    }

    private static void field(int level, String label, JsonNode value, JsonNode root, Lines out) {
        if (value.isObject()) {
            out.add(level, label + ":");
            fields(level + 1, value, root, out);
        } else if (value.isArray()) {
            out.add(level, label + ":");
            for (var item : value) {
                if (item.isContainerNode()) {
                    fields(level + 1, item, root, out);
                } else {
                    out.add(level + 1, item.asText());
                }
            }
        } else {
            out.field(level, label, value.asText());
        }
    }

    /// `podIP` becomes `Pod IP`, `nodeName` becomes `Node Name`.
    static String words(String name) {
        var spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        return spaced.isEmpty() ? spaced : ABBREVIATIONS.contains(spaced) ? spaced.toUpperCase(Locale.ROOT) : Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }
}
