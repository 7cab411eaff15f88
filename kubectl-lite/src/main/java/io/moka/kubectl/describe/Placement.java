package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The rules of a pod about the nodes that it may run on.
final class Placement {

    private Placement() {
    }

    static void tolerations(JsonNode spec, Lines out) {
        multiline("Tolerations", tolerations(spec), out);
    }

    static List<String> tolerations(JsonNode spec) {
        return texts(spec.path("tolerations"), Placement::toleration).stream().sorted().toList();
    }

    private static String toleration(JsonNode toleration) {
        var text = new StringBuilder(toleration.path("key").asText(""));
        var value = toleration.path("value").asText("");
        var effect = toleration.path("effect").asText("");
        text.append(value.isEmpty() ? "" : "=" + value).append(effect.isEmpty() ? "" : ":" + effect);
        if (toleration.path("operator").asText().equals("Exists") && value.isEmpty()) {
            text.append(text.isEmpty() ? "" : " ").append("op=Exists");
        }
        return text + (toleration.has("tolerationSeconds") ? " for " + toleration.path("tolerationSeconds").asText() + "s" : "");
    }

    static void constraints(JsonNode constraints, Lines out) {
        if (!constraints.isEmpty()) {
            multiline("Topology Spread Constraints", texts(constraints, constraint -> constraint.path("topologyKey").asText() + ":" + constraint.path("whenUnsatisfiable").asText()
                    + " when max skew " + constraint.path("maxSkew").asText() + " is exceeded" + (constraint.has("labelSelector") ? " for selector " + Lines.selector(constraint.path("labelSelector")) : "")), out);
        }
    }

    private static List<String> texts(JsonNode array, Function<JsonNode, String> text) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(text.apply(item)));
        return texts;
    }

    private static void multiline(String name, List<String> texts, Lines out) {
        if (texts.isEmpty()) {
            out.field(0, name, "<none>");
        }
        var label = name + ":";
        for (var text : texts.stream().sorted().toList()) {
            out.add(0, label + "\t" + text);
            label = "";
        }
    }
}
