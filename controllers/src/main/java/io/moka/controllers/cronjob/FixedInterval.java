package io.moka.controllers.cronjob;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The schedule `@every <duration>`: due each time that so many whole seconds have passed since the last start.
record FixedInterval(Duration interval) implements Schedule {

    private static final Pattern DURATION = Pattern.compile("([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L,
            "m", 60_000_000_000L, "h", 3_600_000_000_000L);

    static FixedInterval parse(String schedule) {
        var text = schedule.substring("@every ".length()).strip();
        var matcher = DURATION.matcher(text);
        var sum = BigDecimal.ZERO;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            sum = sum.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(NANOS.get(matcher.group(3)))));
            end = matcher.end();
        }
        if (end == 0 || end != text.length() || sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("failed to parse duration " + schedule + ": time: invalid duration \"" + text + "\"");
        }
        var interval = Duration.ofNanos(sum.longValue()).truncatedTo(ChronoUnit.SECONDS);
        return new FixedInterval(interval.isZero() ? Duration.ofSeconds(1) : interval);
    }

    @Override
    public Instant next(Instant after) {
        return after.truncatedTo(ChronoUnit.SECONDS).plus(interval);
    }

    @Override
    public @Nullable Instant latest(Instant after, Instant upTo) {
        var start = after.truncatedTo(ChronoUnit.SECONDS);
        long times = upTo.isBefore(start) ? 0 : Duration.between(start, upTo).dividedBy(interval);
        return times == 0 ? null : start.plus(interval.multipliedBy(times));
    }
}
