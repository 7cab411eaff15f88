package io.moka.apiserver.core.schema;

import java.util.List;

/// One reason why an object is invalid: an entry of `details.causes` in a Status.
///
/// @param reason the reason, such as `FieldValueRequired` or `FieldValueInvalid`
/// @param message the message without the field, such as `Required value`
/// @param field the path, such as `spec.containers[0].image`
public record Cause(String reason, String message, String field) {

    /// Returns the text after `Pod "web" is invalid: ` in the Status message: a single cause as it is, several in brackets.
    public static String describe(List<Cause> causes) {
        if (causes.size() == 1) {
            return causes.getFirst().toString();
        }
        return "[" + String.join(", ", causes.stream().map(Cause::toString).distinct().toList()) + "]";
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
