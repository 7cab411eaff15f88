package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.math.MathContext;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Validates LimitRanges: their amounts must be consistent, so that some value is allowed.
final class LimitRangeRules {
    private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");
    private static final List<String> AMOUNTS = List.of("min", "max", "default", "defaultRequest", "maxLimitRequestRatio");

    private final JsonNode item;
    private final Path path;
    private final Causes causes;

    private LimitRangeRules(JsonNode item, Path path, Causes causes) {
        this.item = item;
        this.path = path;
        this.causes = causes;
    }

    static void spec(ObjectNode spec, Path path, Causes causes) {
        Set<String> seen = new HashSet<>();
        int position = 0;
        for (JsonNode item : CheckedFields.list(spec, "limits")) {
            Path at = path.child("limits").index(position++);
            String type = CheckedFields.text((ObjectNode) item, "type");
            if (type.indexOf('/') < 0 && !TYPES.contains(type)) {
                causes.invalid(at.child("type"), type, "must be a standard limit type or fully qualified");
            }
            if (!seen.add(type)) {
                causes.duplicate(at.child("type"), type);
            }
            new LimitRangeRules(item, at, causes).check(type);
        }
    }

    private void check(String type) {
        if (type.equals("Pod")) {
            for (String field : List.of("default", "defaultRequest")) {
                if (!item.path(field).isEmpty()) {
                    causes.forbidden(path.child(field), "may not be specified when `type` is 'Pod'");
                }
            }
        }
        if (type.equals("PersistentVolumeClaim") && !item.path("min").has("storage") && !item.path("max").has("storage")) {
            causes.required(path, "either minimum or maximum storage value is required, but neither was provided");
        }
        Set<String> names = new TreeSet<>();
        AMOUNTS.forEach(field -> item.path(field).fieldNames().forEachRemaining(names::add));
        if (type.equals("Pod") || type.equals("Container")) {
            AMOUNTS.forEach(this::checkNames);
        }
        names.forEach(this::checkResource);
    }

    /// Requires resource names that a container may have.
    private void checkNames(String field) {
        item.path(field).fieldNames().forEachRemaining(name -> ResourceRules.checkName(name, path.child(field).key(name), causes));
    }

    private void checkResource(String name) {
        order(name, "min", "max", "min", "min value %s is greater than max value %s");
        order(name, "min", "defaultRequest", "defaultRequest", "min value %s is greater than default request value %s");
        order(name, "defaultRequest", "max", "defaultRequest", "default request value %s is greater than max value %s");
        order(name, "defaultRequest", "default", "defaultRequest", "default request value %s is greater than default limit value %s");
        order(name, "min", "default", "default", "min value %s is greater than default value %s");
        order(name, "default", "max", "default", "default value %s is greater than max value %s");
        Quantity ratio = amount("maxLimitRequestRatio", name);
        if (ratio != null) {
            checkRatio(name, ratio);
        }
    }

    private void checkRatio(String name, Quantity ratio) {
        Path at = path.child("maxLimitRequestRatio").key(name);
        if (ratio.compareTo(Quantity.parse("1")) < 0) {
            causes.invalid(at, ratio.toString(), "ratio " + ratio + " is less than 1");
        }
        Quantity least = amount("min", name);
        Quantity most = amount("max", name);
        if (least != null && most != null && least.signum() > 0 && ratio.value().multiply(least.value()).compareTo(most.value()) > 0) {
            causes.invalid(at, ratio.toString(), String.format(Locale.ROOT, "ratio %s is greater than max/min = %f", ratio, most.value().divide(least.value(), MathContext.DECIMAL64)));
        }
    }

    private @Nullable Quantity amount(String field, String name) {
        JsonNode text = item.path(field).get(name);
        return text == null ? null : Quantity.parse(text.asText());
    }

    /// @param blamed the field in the error
    private void order(String name, String lower, String upper, String blamed, String message) {
        Quantity low = amount(lower, name);
        Quantity high = amount(upper, name);
        if (low != null && high != null && low.compareTo(high) > 0) {
            String value = item.path(blamed).path(name).asText();
            causes.invalid(path.child(blamed).key(name), value, String.format(Locale.ROOT, message, low, high));
        }
    }
}
