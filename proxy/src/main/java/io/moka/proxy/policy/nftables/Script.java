package io.moka.proxy.policy.nftables;

import java.util.LinkedHashMap;
import java.util.Map;

/// Collects the changes of one table and writes them in the order in which the kernel takes them.
final class Script {

    private final String target;
    private final StringBuilder definitions = new StringBuilder();
    private final Map<String, StringBuilder> deletions = new LinkedHashMap<>();
    private final Map<String, StringBuilder> additions = new LinkedHashMap<>();
    private final StringBuilder removals = new StringBuilder();

    Script(PolicyTable table) {
        this.target = table.word() + " " + table.name();
    }

    void define(String text) {
        definitions.append(text);
    }

    void delete(String set, String element) {
        append(deletions, set, element);
    }

    void add(String set, String element) {
        append(additions, set, element);
    }

    void remove(String text) {
        removals.append(text);
    }

    private static void append(Map<String, StringBuilder> statements, String set, String element) {
        var statement = statements.computeIfAbsent(set, name -> new StringBuilder());
        statement.append(statement.isEmpty() ? "" : ",\n").append(element);
    }

    /// Definitions first, so that elements have a place; deletions before additions, so that a key can change its value; removals when
    /// nothing leads there any more.
    String text() {
        var text = new StringBuilder(definitions);
        deletions.forEach((set, elements) -> statement(text, "delete", set, elements));
        additions.forEach((set, elements) -> statement(text, "add", set, elements));
        return text.append(removals).toString();
    }

    private void statement(StringBuilder text, String verb, String set, StringBuilder elements) {
        text.append(verb).append(" element ").append(target).append(' ').append(set).append(" { ").append(elements).append(" }\n");
    }
}
