package io.moka.controllers.cronjob;

import java.util.List;
import java.util.Locale;

/// One field of a cron expression.
///
/// @param values the values that match, as bits
/// @param any whether every value matches because the field was written as `*` or `?`; this decides how the two day fields combine
record CronField(long values, boolean any) {

    /// The values that a field may have, and their names.
    enum Unit {
        MINUTE(0, 59, List.of()),
        HOUR(0, 23, List.of()),
        DAY(1, 31, List.of()),
        MONTH(1, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
        WEEKDAY(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

        private final int min;
        private final int max;
        private final List<String> names;

        Unit(int min, int max, List<String> names) {
            this.min = min;
            this.max = max;
            this.names = names;
        }

        private int value(String text) {
            int named = names.indexOf(text.toLowerCase(Locale.ROOT));
            return named >= 0 ? named + min : number(text);
        }
    }

    /// Reads a list of `*`, `?`, `5`, `1-5`, `mon-fri`, each with an optional step: `*/15`, `3-40/5`, and `7/10` for `7` to the highest value.
    static CronField parse(Unit unit, String text) {
        long values = 0;
        boolean any = false;
        for (var part : text.split(",", -1)) {
            var field = parsePart(unit, part);
            values |= field.values;
            any |= field.any;
        }
        return new CronField(values, any);
    }

    private static CronField parsePart(Unit unit, String part) {
        var stepped = part.split("/", -1);
        if (stepped.length > 2) {
            throw new IllegalArgumentException("too many slashes: " + part);
        }
        var ends = stepped[0].split("-", -1);
        boolean all = ends[0].equals("*") || ends[0].equals("?");
        if (ends.length > 2 || all && ends.length > 1) {
            throw new IllegalArgumentException("too many hyphens: " + part);
        }
        boolean hasStep = stepped.length == 2;
        int first = all ? unit.min : unit.value(ends[0]);
        int last = all || hasStep && ends.length == 1 ? unit.max : unit.value(ends[ends.length - 1]);
        int step = hasStep ? number(stepped[1]) : 1;
        check(unit, part, first, last, step);
        long values = 0;
        for (long value = first; value <= last; value += step) {
            values |= 1L << value;
        }
        return new CronField(values, all && step == 1);
    }

    private static void check(Unit unit, String part, int first, int last, int step) {
        if (first < unit.min) {
            throw new IllegalArgumentException("beginning of range (" + first + ") below minimum (" + unit.min + "): " + part);
        }
        if (last > unit.max) {
            throw new IllegalArgumentException("end of range (" + last + ") above maximum (" + unit.max + "): " + part);
        }
        if (first > last) {
            throw new IllegalArgumentException("beginning of range (" + first + ") beyond end of range (" + last + "): " + part);
        }
        if (step == 0) {
            throw new IllegalArgumentException("step of range should be a positive number: " + part);
        }
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
        return Integer.parseInt(text);
    }

    boolean has(int value) {
        return (values >>> value & 1) != 0;
    }
}
