package io.moka.kubectl;

import io.moka.machinery.time.GoDuration;
import java.time.Duration;

/// Reads the duration of a flag such as `--timeout`: Go's notation (`5s`, `1m30s`), or a bare number of seconds.
final class Limit {

    private Limit() {
    }

    /// @throws UsageException for anything else
    static Duration parse(String text) {
        try {
            return text.matches("-?\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : GoDuration.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("\"" + text + "\" is not a duration such as 5s, 2m or 1h30m");
        }
    }
}
