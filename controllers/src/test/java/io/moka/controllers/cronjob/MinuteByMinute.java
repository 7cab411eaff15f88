package io.moka.controllers.cronjob;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A second reading of cron expressions, to hold the first against: it splits the text its own way and asks each minute whether it matches.
final class MinuteByMinute {

    private static final Map<String, Integer> NAMES = Map.ofEntries(Map.entry("sun", 0), Map.entry("mon", 1), Map.entry("tue", 2), Map.entry("wed", 3),
            Map.entry("thu", 4), Map.entry("fri", 5), Map.entry("sat", 6), Map.entry("jan", 1), Map.entry("jun", 6), Map.entry("dec", 12));

    private MinuteByMinute() {
    }

    /// The due times after `from`, up to `to`.
    static List<Instant> of(String expression, ZoneId zone, Instant from, Instant to) {
        var fields = expression.split(" ");
        var minutes = values(fields[0], 0, 59);
        var hours = values(fields[1], 0, 23);
        var days = values(fields[2], 1, 31);
        var months = values(fields[3], 1, 12);
        var weekdays = values(fields[4], 0, 6);
        boolean both = fields[2].equals("*") || fields[4].equals("*");
        var due = new ArrayList<Instant>();
        for (var minute = Instant.ofEpochSecond(from.getEpochSecond() / 60 * 60 + 60); !minute.isAfter(to); minute = minute.plusSeconds(60)) {
            ZonedDateTime local = minute.atZone(zone);
            boolean day = days.contains(local.getDayOfMonth());
            boolean weekday = weekdays.contains(local.getDayOfWeek().getValue() % 7);
            if (minutes.contains(local.getMinute()) && hours.contains(local.getHour()) && months.contains(local.getMonthValue())
                    && (both ? day && weekday : day || weekday)) {
                due.add(minute);
            }
        }
        return due;
    }

    private static Set<Integer> values(String field, int min, int max) {
        var values = new HashSet<Integer>();
        for (var item : field.split(",")) {
            int step = item.contains("/") ? Integer.parseInt(item.substring(item.indexOf('/') + 1)) : 1;
            var range = item.replaceFirst("/.*", "");
            int first = range.equals("*") ? min : value(range.replaceFirst("-.*", ""));
            int last = range.equals("*") ? max : value(range.replaceFirst(".*-", ""));
            for (int value = first; value <= last; value++) {
                if ((value - first) % step == 0) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    private static int value(String text) {
        return NAMES.containsKey(text) ? NAMES.get(text) : Integer.parseInt(text);
    }
}
