package io.moka.apiserver.podsecurity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How much a pod may do, from everything to little.
enum Level {
    PRIVILEGED, BASELINE, RESTRICTED;

    static @Nullable Level parse(String text) {
        return switch (text) {
            case "privileged" -> PRIVILEGED;
            case "baseline" -> BASELINE;
            case "restricted" -> RESTRICTED;
            default -> null;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
