package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/// Prints the server's tables. One instance prints the header once and keeps its widths, so that rows of a watch line up.
final class TablePrinter {

    static final String ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private final boolean withNamespace;
    private final boolean wide;
    private final boolean withLabels;
    private final String prefix;
    private boolean headerDone;
    private List<JsonNode> columns = List.of();
    private List<Integer> widths = List.of();

    /// @param prefix put before names, such as `pod/`
    TablePrinter(boolean withNamespace, boolean wide, boolean withLabels, String prefix, boolean noHeaders) {
        this.withNamespace = withNamespace;
        this.wide = wide;
        this.withLabels = withLabels;
        this.prefix = prefix;
        this.headerDone = noHeaders;
    }

    /// Returns whether there was anything to print.
    boolean print(ObjectNode table, PrintStream out) {
        if (!table.path("columnDefinitions").isEmpty()) {
            columns = new ArrayList<>();
            table.get("columnDefinitions").forEach(columns::add);
        }
        if (table.path("rows").isEmpty()) {
            return false;
        }
        var rows = new ArrayList<List<String>>();
        if (!headerDone) {
            rows.add(header());
            headerDone = true;
        }
        table.get("rows").forEach(row -> rows.add(row(row)));
        var needed = Columns.widths(rows);
        if (widths.isEmpty()) {
            widths = needed;
        }
        Columns.print(rows, widths, out);
        return true;
    }

    private boolean isShown(int column) {
        return wide || columns.get(column).path("priority").asInt() == 0;
    }

    private List<String> header() {
        var header = new ArrayList<String>();
        if (withNamespace) {
            header.add("NAMESPACE");
        }
        for (int i = 0; i < columns.size(); i++) {
            if (isShown(i)) {
                header.add(columns.get(i).path("name").asText().toUpperCase(Locale.ROOT));
            }
        }
        if (withLabels) {
            header.add("LABELS");
        }
        return header;
    }

    private List<String> row(JsonNode row) {
        var cells = new ArrayList<String>();
        var metadata = row.path("object").path("metadata");
        if (withNamespace) {
            cells.add(metadata.path("namespace").asText());
        }
        for (int i = 0; i < columns.size() && i < row.path("cells").size(); i++) {
            if (isShown(i)) {
                var cell = row.get("cells").get(i);
                var text = cell.isNull() ? "<none>" : cell.isValueNode() ? cell.asText() : cell.toString();
                cells.add(columns.get(i).path("format").asText().equals("name") ? prefix + text : text);
            }
        }
        if (withLabels) {
            cells.add(labels(metadata.path("labels")));
        }
        return cells;
    }

    private static String labels(JsonNode labels) {
        if (labels.isEmpty()) {
            return "<none>";
        }
        var text = new StringJoiner(",");
        labels.properties().forEach(label -> text.add(label.getKey() + "=" + label.getValue().asText()));
        return text.toString();
    }
}
