package io.moka.proxy.nftables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Collects changes of elements and chains and writes them as one `nft` script, one statement for each map.
final class Transaction {

    private final Table table;
    private final Map<String, StringBuilder> deletions = new LinkedHashMap<>();
    private final Map<String, StringBuilder> additions = new LinkedHashMap<>();
    private final StringBuilder chains = new StringBuilder();
    private final StringBuilder deletedChains = new StringBuilder();

    Transaction(Table table) {
        this.table = table;
    }

    void addChain(Chain chain) {
        var path = table.path() + " " + chain.name();
        chains.append("add chain ").append(path).append('\n');
        chain.rules(table.words()).lines().forEach(rule -> chains.append("add rule ").append(path).append(' ').append(rule).append('\n'));
    }

    void deleteChain(Chain chain) {
        deletedChains.append("delete chain ").append(table.path()).append(' ').append(chain.name()).append('\n');
    }

    void delete(String set, String element) {
        append(deletions, set, element);
    }

    void add(String set, String element) {
        append(additions, set, element);
    }

    boolean isEmpty() {
        return chains.isEmpty() && deletions.isEmpty() && additions.isEmpty() && deletedChains.isEmpty();
    }

    private static void append(Map<String, StringBuilder> statements, String set, String element) {
        var statement = statements.computeIfAbsent(set, name -> new StringBuilder());
        statement.append(statement.isEmpty() ? "" : ",\n").append(element);
    }

    /// The script in parts. New chains first, so that verdicts have somewhere to go; deletions before additions, so that a key can change its value; chains
    /// that no verdict goes to any more at the end.
    List<CharSequence> script() {
        var script = new ArrayList<CharSequence>(List.of(chains));
        deletions.forEach((set, elements) -> statement(script, "delete", set, elements));
        additions.forEach((set, elements) -> statement(script, "add", set, elements));
        script.add(deletedChains);
        return script;
    }

    private void statement(List<CharSequence> script, String verb, String set, StringBuilder elements) {
        script.addAll(List.of(verb + " element " + table.path() + " " + set + " { ", elements, " }\n"));
    }
}
