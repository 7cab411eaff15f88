package io.moka.apiserver.core.schema;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/// Parses and formats times as Kubernetes writes them: UTC, whole seconds or exactly six decimals.
final class Times {

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {
    }

    static boolean isValid(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    static String canonical(String text, Schema.Scalar scalar) {
        boolean micro = scalar == Schema.Scalar.MICROTIME;
        if (text.endsWith("Z") && text.length() == (micro ? 27 : 20)) {
            return text;
        }
        Instant instant = OffsetDateTime.parse(text).toInstant();
        return micro ? MICROS.format(instant) : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
