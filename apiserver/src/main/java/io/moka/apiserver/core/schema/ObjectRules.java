package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Validates kinds with only a few rules.
final class ObjectRules {

    private static final long MAX_USER_PRIORITY = 1_000_000_000;

    private static final long MIN_TOKEN_SECONDS = 600;

    private ObjectRules() {
    }

    static void binding(ObjectNode binding, Path path, Causes causes) {
        JsonNode target = CheckedFields.object(binding, "target");
        String kind = CheckedFields.text(target, "kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            causes.notSupported(path.child("target", "kind"), kind, List.of("Node", "<empty>"));
        }
        if (CheckedFields.text(target, "name").isEmpty()) {
            causes.required(path.child("target", "name"), "");
        }
    }

    /// Validates the lifetime of a token.
    static void expiration(ObjectNode token, Path path, Causes causes) {
        long seconds = CheckedFields.number(token, "expirationSeconds", MIN_TOKEN_SECONDS);
        if (seconds < MIN_TOKEN_SECONDS) {
            causes.invalid(path.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
        } else if (seconds > 1L << 32) {
            causes.invalid(path.child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds");
        }
    }

    static void namespace(ObjectNode namespace, Path path, Causes causes) {
        for (JsonNode finalizer : CheckedFields.list(CheckedFields.object(namespace, "spec"), "finalizers")) {
            String name = finalizer.asText();
            Path at = path.child("spec", "finalizers");
            causes.invalidAll(at, name, Names.qualifiedName(name));
            if (name.indexOf('/') < 0 && !MetadataRules.STANDARD_FINALIZERS.contains(name)) {
                causes.invalid(at, name, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    static void disruptionBudget(ObjectNode spec, Path path, Causes causes) {
        if (CheckedFields.has(spec, "minAvailable") && CheckedFields.has(spec, "maxUnavailable")) {
            ObjectNode form = spec.objectNode();
            form.set("MinAvailable", spec.get("minAvailable"));
            form.set("MaxUnavailable", spec.get("maxUnavailable"));
            form.set("Selector", spec.get("selector"));
            form.set("UnhealthyPodEvictionPolicy", spec.get("unhealthyPodEvictionPolicy"));
            causes.invalid(path, form, "minAvailable and maxUnavailable cannot be both set");
        }
        WorkloadRules.amountOrPercent(spec.get("minAvailable"), path.child("minAvailable"), true, causes);
        WorkloadRules.amountOrPercent(spec.get("maxUnavailable"), path.child("maxUnavailable"), true, causes);
    }

    static void priorityClass(ObjectNode priority, Path path, Causes causes) {
        String name = CheckedFields.text(CheckedFields.object(priority, "metadata"), "name");
        boolean builtIn = name.equals("system-node-critical") || name.equals("system-cluster-critical");
        if (name.startsWith("system-") && !builtIn) {
            causes.forbidden(Path.ROOT.child("metadata", "name"), "priority class names with 'system-' prefix are reserved for system use only");
        }
        if (!builtIn && CheckedFields.number(priority, "value", 0) > MAX_USER_PRIORITY) {
            causes.forbidden(Path.ROOT.child("value"), "maximum allowed value of a user defined priority is " + MAX_USER_PRIORITY);
        }
    }
}
