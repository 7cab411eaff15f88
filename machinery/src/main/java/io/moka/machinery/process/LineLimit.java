package io.moka.machinery.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Limits how often one line is logged: the lines of one logger, level and format share [#perMinute] entries a minute. Further lines are counted, and one line
/// reports their number when the minute is over. The first 1,000 formats are counted apart, all further ones together.
final class LineLimit {

    private static final int FORMATS = 1_000;
    private static final long MINUTE = 60_000_000_000L;

    record Line(String logger, String level, @Nullable String format) {
    }

    /// Lines that were not logged.
    record Omitted(Line line, long count) {
    }

    private static final class Window {

        private final long start;
        private long lines;

        private Window(long start) {
            this.start = start;
        }
    }

    private final int perMinute;
    private final LongSupplier nanoTime;

    // guarded by this
    private final Map<Line, Window> windows = new LinkedHashMap<>();
    private long sweptAt;

    LineLimit(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
        this.sweptAt = nanoTime.getAsLong();
    }

    /// Counts the line; whether it may be logged.
    synchronized boolean admit(Line line) {
        long now = nanoTime.getAsLong();
        var key = windows.containsKey(line) || windows.size() < FORMATS ? line : new Line("other loggers", "", null);
        var window = windows.get(key);
        if (window == null) {
            window = new Window(now);
            windows.put(key, window);
        }
        return ++window.lines <= perMinute;
    }

    /// Forgets the minutes that are over; returns what was not logged in them.
    synchronized List<Omitted> ended() {
        long now = nanoTime.getAsLong();
        if (now - sweptAt < MINUTE / 60) {
            return List.of();
        }
        sweptAt = now;
        var omitted = new ArrayList<Omitted>();
        windows.entrySet().removeIf(entry -> {
            var window = entry.getValue();
            boolean over = now - window.start >= MINUTE;
            if (over && window.lines > perMinute) {
                omitted.add(new Omitted(entry.getKey(), window.lines - perMinute));
            }
            return over;
        });
        return omitted;
    }
}
