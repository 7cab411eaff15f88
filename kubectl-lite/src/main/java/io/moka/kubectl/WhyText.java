package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// The scheduler's record of one decision as text.
final class WhyText {

    private final JsonNode answer;
    private final boolean supposed;

    /// @param supposed whether the decision is about a change that is only supposed
    WhyText(JsonNode answer, boolean supposed) {
        this.answer = answer;
        this.supposed = supposed;
    }

    void print(PrintStream out) {
        var priority = answer.has("priority") ? ", priority " + answer.path("priority").asText() : "";
        out.println("pod " + answer.path("namespace").asText() + "/" + answer.path("pod").asText() + priority + ": " + answer.path("state").asText("gone"));
        var decision = answer.path("decision");
        if (decision.isMissingNode()) {
            if (answer.path("state").asText().startsWith("on node")) {
                out.println("The scheduler has no record of the decision: it was made before this scheduler started, or a thousand pods ago.");
            }
            return;
        }
        if (!supposed) {
            out.println("attempt " + decision.path("attempt").asText() + " at " + decision.path("time").asText() + ":");
        }
        var outcome = decision.path("outcome");
        switch (outcome.path("result").asText()) {
            case "Placed" -> placed(outcome, out);
            case "Pending" -> pending(outcome, out);
            default -> out.println(outcome.path("message").asText());
        }
    }

    private void placed(JsonNode outcome, PrintStream out) {
        out.println((supposed ? "would be placed on " : "placed on ") + outcome.path("node").asText() + ": " + outcome.path("feasible").asText() + " of "
                + outcome.path("evaluated").asText() + " nodes that were looked at fitted");
        var ranking = outcome.path("ranking");
        if (!ranking.path("plugins").isEmpty()) {
            Columns.print(scores(ranking), out);
        }
    }

    private static List<List<String>> scores(JsonNode ranking) {
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("NODE", "TOTAL"));
        ranking.path("plugins").forEach(plugin -> head.add(plugin.asText()));
        rows.add(head);
        for (var node : ranking.path("nodes")) {
            var row = new ArrayList<>(List.of(node.path("node").asText(), node.path("total").asText()));
            node.path("scores").forEach(score -> row.add(score.asText()));
            rows.add(row);
        }
        return rows;
    }

    private void pending(JsonNode outcome, PrintStream out) {
        out.println((supposed ? "would stay pending: " : "") + outcome.path("message").asText());
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NODE", "REFUSED BY", "SMALLEST CHANGE"));
        for (var node : outcome.path("nodes")) {
            var change = node.path("change").asText();
            rows.add(List.of(node.path("node").asText(), node.path("plugin").asText(), change.isEmpty() ? reasons(node) : change));
        }
        if (rows.size() > 1) {
            Columns.print(rows, out);
        }
        if (outcome.path("moreNodes").asInt() > 0) {
            out.println("and " + outcome.path("moreNodes").asText() + " more nodes");
        }
        if (!outcome.path("preemption").asText().isEmpty()) {
            out.println(outcome.path("preemption").asText());
        }
        if (!supposed && !outcome.path("waitsFor").isEmpty()) {
            out.println("tried again five minutes after the last attempt, or earlier when:");
            outcome.path("waitsFor").forEach(event -> out.println("  " + event.asText()));
        }
    }

    private static String reasons(JsonNode node) {
        return String.join(", ", node.path("reasons").valueStream().map(JsonNode::asText).toList());
    }
}
