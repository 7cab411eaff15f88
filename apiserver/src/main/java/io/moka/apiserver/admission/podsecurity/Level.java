package io.moka.apiserver.admission.podsecurity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A level of the Pod Security Standards, from the most permissive to the strictest.
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
