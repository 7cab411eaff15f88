package io.moka.kubectl;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Prints rows in aligned columns, three spaces apart unless told otherwise.
final class Columns {

    private static final int SPACES = 3;

    private Columns() {
    }

    static void print(List<List<String>> rows, PrintStream out) {
        print(rows, widths(rows), out);
    }

    static void print(List<List<String>> rows, int spaces, PrintStream out) {
        print(rows, widths(rows), spaces, out);
    }

    /// With given widths, so that rows that come later line up with those before.
    static void print(List<List<String>> rows, List<Integer> widths, PrintStream out) {
        print(rows, widths, SPACES, out);
    }

    private static void print(List<List<String>> rows, List<Integer> widths, int spaces, PrintStream out) {
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1) {
                    line.append(" ".repeat(Math.max(0, widths.get(i) - row.get(i).length()) + spaces));
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    static List<Integer> widths(List<List<String>> rows) {
        var widths = new ArrayList<Integer>();
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i == widths.size()) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        return widths;
    }
}
