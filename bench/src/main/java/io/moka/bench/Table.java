package io.moka.bench;

import java.util.ArrayList;
import java.util.List;

/// The table that a run prints: one line for each figure, in the order of the rows.
record Table(List<Figure> figures) {

    private static final List<String> HEADINGS = List.of("what", "measured", "bar", "upstream v1.20.2");

    @Override
    public String toString() {
        var lines = new ArrayList<List<String>>();
        lines.add(HEADINGS);
        figures.stream().sorted((a, b) -> a.row().compareTo(b.row()))
                .forEach(f -> lines.add(List.of(f.row().what(), f.text(), f.row().bar(), f.row().upstream())));
        var widths = new int[HEADINGS.size()];
        for (var line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (var line : lines) {
            text.append(line(line, widths)).append('\n');
        }
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        var text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            var padding = " ".repeat(widths[i] - cells.get(i).length());
            text.append(i == 0 ? "" : " | ").append(i == 1 ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return text.toString().stripTrailing();
    }
}
