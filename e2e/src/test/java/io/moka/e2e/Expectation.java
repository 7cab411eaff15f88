package io.moka.e2e;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The expected output of a command, compared to the letter except for values that vary ([#PLACEHOLDERS]) and the width of a table's
/// columns. Two or more blanks inside a line match any such number; blanks at the ends of lines are ignored.
///
/// @param lines the lines as they stand in the file
record Expectation(List<String> lines, int status) {

    /// Regular expressions by the placeholder's name. Any number of blanks may follow a placeholder.
    private static final Map<String, String> PLACEHOLDERS = Map.of(
            "age", "(\\d+[ydhms])+",
            "time", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z",
            "date", "[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}",
            "uid", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "hash", "[a-z0-9]{8,10}",
            "id", "[a-z0-9]{5}",
            "number", "\\d+",
            "ip", "\\d+\\.\\d+\\.\\d+\\.\\d+",
            "text", ".*",
            "blank", "");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(" + String.join("|", PLACEHOLDERS.keySet()) + ")}( *)");
    private static final Pattern GAP = Pattern.compile("(?<=\\S) {2,}");
    private static final Pattern STATUS = Pattern.compile("\\[(\\d+)]");

    static Expectation of(List<String> lines) {
        var status = STATUS.matcher(lines.isEmpty() ? "" : lines.getLast());
        return status.matches()
                ? new Expectation(List.copyOf(lines.subList(0, lines.size() - 1)), Integer.parseInt(status.group(1)))
                : new Expectation(List.copyOf(lines), 0);
    }

    /// @param names further placeholders, by name, with the text that each stands for
    boolean isMetBy(Shell.Result result, Map<String, String> names) {
        var printed = result.out().replace("\r", "").lines().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
        var wanted = lines.stream().map(line -> line.equals("...") ? "(.*\n)*?" : regex(line, names) + "\n").collect(Collectors.joining());
        return result.status() == status && Pattern.matches(wanted, printed);
    }

    private static String regex(String line, Map<String, String> names) {
        var named = line;
        for (var name : names.entrySet()) {
            named = named.replace("{" + name.getKey() + "}", name.getValue());
        }
        var regex = new StringBuilder();
        var places = PLACEHOLDER.matcher(named);
        int from = 0;
        while (places.find()) {
            regex.append(literal(named.substring(from, places.start()))).append("(?:").append(PLACEHOLDERS.get(places.group(1))).append(')');
            regex.append(places.group(2).isEmpty() ? "" : " +");
            from = places.end();
        }
        return regex.append(literal(named.substring(from).stripTrailing())).toString();
    }

    private static String literal(String text) {
        return GAP.splitAsStream(text + "\n").map(word -> Pattern.quote(word.replace("\n", ""))).collect(Collectors.joining(" {2,}"));
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + (status == 0 ? "" : "\n[" + status + "]");
    }
}
