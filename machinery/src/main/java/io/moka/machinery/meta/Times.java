package io.moka.machinery.meta;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Reads and writes timestamps as Kubernetes does: RFC 3339, UTC, whole seconds.
public final class Times {

    private Times() {
    }

    public static String format(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// The instant that the text names, or null where there is none.
    public static @Nullable Instant parse(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Instant.parse(text);
    }
}
