package io.moka.proxy.nftables;

import java.util.LinkedHashMap;
import java.util.Map;

/// Collects changes of elements and writes them as one `nft` script, one statement for each map.
final class Transaction {

    private final String table;
    private final Map<String, StringBuilder> deletions = new LinkedHashMap<>();
    private final Map<String, StringBuilder> additions = new LinkedHashMap<>();
    private final StringBuilder chains = new StringBuilder();

    Transaction(String table) {
        this.table = table;
    }

    void chain(Chain chain) {
        chains.append("add chain ip ").append(table).append(' ').append(chain.name()).append('\n');
        chain.rules().lines().forEach(rule ->
                chains.append("add rule ip ").append(table).append(' ').append(chain.name()).append(' ').append(rule).append('\n'));
    }

    void delete(String set, String element) {
        append(deletions, set, element);
    }

    void add(String set, String element) {
        append(additions, set, element);
    }

    boolean isEmpty() {
        return chains.isEmpty() && deletions.isEmpty() && additions.isEmpty();
    }

    private static void append(Map<String, StringBuilder> statements, String set, String element) {
        var statement = statements.computeIfAbsent(set, name -> new StringBuilder());
        statement.append(statement.isEmpty() ? "" : ",\n").append(element);
    }

    /// Chains first, so that verdicts have somewhere to go; deletions before additions, so that a key can change its value.
    String script() {
        var script = new StringBuilder(chains);
        deletions.forEach((set, elements) -> statement(script, "delete", set, elements));
        additions.forEach((set, elements) -> statement(script, "add", set, elements));
        return script.toString();
    }

    private void statement(StringBuilder script, String verb, String set, StringBuilder elements) {
        script.append(verb).append(" element ip ").append(table).append(' ').append(set).append(" { ").append(elements).append(" }\n");
    }
}
