package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The declared rules for the value of one field.
///
/// @param need the detail of the error for an absent or empty value; null when the field is optional
/// @param allowed the supported values; empty means all
/// @param format the format of a string, or of each string in a list
/// @param immutable whether the field may not change once the object exists
/// @param says the error for a number out of range; empty for the usual one
record ValueRules(@Nullable String need, List<String> allowed, @Nullable Long min, @Nullable Long max,
                  @Nullable Format format, boolean immutable, String says) {

    static final ValueRules NONE = new ValueRules(null, List.of(), null, null, null, false, "");

    void check(@Nullable JsonNode value, Path path, Causes causes) {
        if (CheckedFields.isEmpty(value)) {
            if (need != null) {
                causes.required(path, need);
            }
            return;
        }
        if (!allowed.isEmpty()) {
            checkAllowed(value, path, causes);
        }
        if (value.isIntegralNumber()) {
            checkRange(value.longValue(), path, causes);
        }
        if (format != null) {
            checkFormat(format, value, path, causes);
        }
    }

    private void checkAllowed(JsonNode value, Path path, Causes causes) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                checkAllowed(value.get(i), path.index(i), causes);
            }
        } else if (!allowed.contains(value.asText())) {
            causes.notSupported(path, value.asText(), allowed);
        }
    }

    private void checkRange(long value, Path path, Causes causes) {
        boolean tooSmall = min != null && value < min;
        boolean tooBig = max != null && value > max;
        if (!says.isEmpty() && (tooSmall || tooBig)) {
            causes.invalid(path, value, says);
        } else if (tooSmall && max == null) {
            causes.invalid(path, value, min == 0 ? "must be greater than or equal to 0"
                    : min == 1 ? "must be greater than 0" : "must be greater than or equal to " + min);
        } else if (tooBig && min == null) {
            causes.invalid(path, value, "must be less than or equal to " + max);
        } else if (tooSmall || tooBig) {
            causes.invalid(path, value, "must be between " + min + " and " + max + ", inclusive");
        }
    }

    private static void checkFormat(Format format, JsonNode value, Path path, Causes causes) {
        if (value.isTextual()) {
            format.check(value.textValue()).forEach(problem -> causes.invalid(path, value, problem));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                checkFormat(format, value.get(i), path.index(i), causes);
            }
        }
    }
}
