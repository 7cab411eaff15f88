package io.moka.apiserver.core.schema;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Validates the schedule of a cron job, with the error messages of the library that upstream parses it with.
final class CronSchedule {
    private static final List<String> DESCRIPTORS = List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final List<String> MONTHS = List.of("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /// The bounds of minute, hour, day, month, weekday.
    private static final int[] MIN = {0, 0, 1, 1, 0};
    private static final int[] MAX = {59, 23, 31, 12, 6};

    private CronSchedule() {
    }

    /// Returns the reason why the schedule is invalid, or null when it is valid.
    static @Nullable String problem(String text) {
        String schedule = text.startsWith("TZ=") || text.startsWith("CRON_TZ=") ? text.substring(Math.max(text.indexOf(' '), 0)).strip() : text;
        if (schedule.startsWith("@every ")) {
            return schedule.substring("@every ".length()).matches("([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+") ? null
                    : "failed to parse duration " + schedule + ": time: invalid duration \"" + schedule.substring("@every ".length()) + "\"";
        }
        if (schedule.startsWith("@")) {
            return DESCRIPTORS.contains(schedule) ? null : "unrecognized descriptor: " + schedule;
        }
        String[] fields = schedule.strip().split("\\s+");
        if (fields.length != MIN.length) {
            return "expected exactly 5 fields, found " + fields.length + ": [" + String.join(" ", fields) + "]";
        }
        for (int i = 0; i < fields.length; i++) {
            for (String range : fields[i].split(",")) {
                String problem = problem(range, i);
                if (problem != null) {
                    return problem;
                }
            }
        }
        return null;
    }

    private static @Nullable String problem(String range, int field) {
        String[] steps = range.split("/", -1);
        String[] ends = steps[0].split("-", -1);
        if (steps.length > 2) {
            return "too many slashes: " + range;
        }
        if (steps.length == 2 && !isNumber(steps[1])) {
            return notANumber(steps[1]);
        }
        if (steps.length == 2 && Long.parseLong(steps[1]) == 0) {
            return "step of range should be a positive number: " + range;
        }
        if (ends[0].equals("*") || ends[0].equals("?")) {
            return ends.length > 1 ? "too many hyphens: " + range : null;
        }
        if (ends.length > 2) {
            return "too many hyphens: " + range;
        }
        for (String end : ends) {
            if (number(end, field) < 0) {
                return notANumber(end);
            }
        }
        return outOfBounds(range, number(ends[0], field), number(ends[ends.length - 1], field), field);
    }

    private static @Nullable String outOfBounds(String range, long start, long end, int field) {
        if (start < MIN[field]) {
            return "beginning of range (" + start + ") below minimum (" + MIN[field] + "): " + range;
        }
        if (end > MAX[field]) {
            return "end of range (" + end + ") above maximum (" + MAX[field] + "): " + range;
        }
        return start > end ? "beginning of range (" + start + ") beyond end of range (" + end + "): " + range : null;
    }

    /// Returns the value of a number or of the name of a month or weekday; -1 when the text is neither.
    private static long number(String text, int field) {
        List<String> names = field == 3 ? MONTHS : field == 4 ? DAYS : List.of();
        int named = text.isEmpty() ? -1 : names.indexOf(text.toLowerCase(Locale.ROOT));
        return named >= 0 ? named : isNumber(text) ? Long.parseLong(text) : -1;
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }

    private static String notANumber(String text) {
        return "failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax";
    }
}
