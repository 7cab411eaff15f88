package io.moka.controllers.cronjob;

import io.moka.controllers.cronjob.CronField.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Five cron fields in a time zone: due at each minute of real time at which the zone's clocks show a time that matches them.
///
/// As in cron, a date matches if both day fields do; where neither of the two is `*` or `?`, one of them is enough.
///
/// @param zone the time zone in which the fields are matched
record CronExpression(CronField minute, CronField hour, CronField day, CronField month, CronField weekday, ZoneId zone) implements Schedule {

    private static final int YEARS_AHEAD = 5;
    /// How far back [#latest] looks, and then further. A window that holds a due time while the one before it holds none is never crowded.
    private static final List<Duration> WINDOWS = List.of(Duration.ofMinutes(2), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(31),
            Duration.ofDays(366), Duration.ofDays(YEARS_AHEAD * 366L));

    static CronExpression parse(String text, ZoneId zone) {
        var fields = text.strip().split("\\s+");
        if (fields.length != Unit.values().length) {
            throw new IllegalArgumentException("expected exactly 5 fields, found " + fields.length + ": [" + String.join(" ", fields) + "]");
        }
        return new CronExpression(CronField.parse(Unit.MINUTE, fields[0]), CronField.parse(Unit.HOUR, fields[1]), CronField.parse(Unit.DAY, fields[2]),
                CronField.parse(Unit.MONTH, fields[3]), CronField.parse(Unit.WEEKDAY, fields[4]), zone);
    }

    @Override
    public @Nullable Instant next(Instant after) {
        var time = after.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES).atZone(zone);
        int lastYear = time.getYear() + YEARS_AHEAD;
        while (time.getYear() <= lastYear) {
            var date = time.toLocalDate();
            if (!month.has(time.getMonthValue())) {
                time = skipTo(time, date.withDayOfMonth(1).plusMonths(1).atStartOfDay(zone));
            } else if (!matches(date)) {
                time = skipTo(time, date.plusDays(1).atStartOfDay(zone));
            } else if (!hour.has(time.getHour())) {
                time = skipTo(time, time.plusMinutes(60 - time.getMinute()));
            } else if (!minute.has(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return time.toInstant();
            }
        }
        return null;
    }

    private boolean matches(LocalDate date) {
        boolean byDay = day.has(date.getDayOfMonth());
        boolean byWeekday = weekday.has(date.getDayOfWeek().getValue() % 7);
        return day.any() || weekday.any() ? byDay && byWeekday : byDay || byWeekday;
    }

    /// Goes to the later time, but not over a change of the clocks: after one, the local times in between may come once more, or others be left out.
    private ZonedDateTime skipTo(ZonedDateTime time, ZonedDateTime later) {
        var change = zone.getRules().nextTransition(time.toInstant());
        var end = change != null && change.getInstant().isBefore(later.toInstant()) ? change.getInstant().atZone(zone) : later;
        return end.isAfter(time) ? end : time.plusMinutes(1);
    }

    @Override
    public @Nullable Instant latest(Instant after, Instant upTo) {
        for (var window : WINDOWS) {
            var start = upTo.minus(window);
            var from = start.isBefore(after) ? after : start;
            Instant latest = null;
            for (var due = next(from); due != null && !due.isAfter(upTo); due = next(due)) {
                latest = due;
            }
            if (latest != null || from.equals(after)) {
                return latest;
            }
        }
        return null;
    }
}
