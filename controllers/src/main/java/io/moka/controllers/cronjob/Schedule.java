package io.moka.controllers.cronjob;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The times at which a cron job is due.
sealed interface Schedule permits CronExpression, FixedInterval {

    Map<String, String> DESCRIPTORS = Map.of("@yearly", "0 0 1 1 *", "@annually", "0 0 1 1 *", "@monthly", "0 0 1 * *", "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *", "@midnight", "0 0 * * *", "@hourly", "0 * * * *");

    /// Reads five cron fields, a descriptor (`@daily`) or an interval (`@every 90m`).
    ///
    /// @throws IllegalArgumentException when the text is no schedule; the message says why
    static Schedule parse(String text, ZoneId zone) {
        var schedule = text.strip();
        if (schedule.startsWith("@every ")) {
            return FixedInterval.parse(schedule);
        }
        if (schedule.startsWith("@")) {
            var fields = DESCRIPTORS.get(schedule);
            if (fields == null) {
                throw new IllegalArgumentException("unrecognized descriptor: " + schedule);
            }
            return CronExpression.parse(fields, zone);
        }
        return CronExpression.parse(schedule, zone);
    }

    /// The first due time after the instant; null where none comes within five years.
    @Nullable Instant next(Instant after);

    /// The last due time after `after` that is not after `upTo`; null where there is none.
    @Nullable Instant latest(Instant after, Instant upTo);
}
