package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Validates kinds that keep pods of a template running.
final class WorkloadRules {

    private static final List<String> STATEFUL_SET_MUTABLE = List.of("replicas", "ordinals", "template", "updateStrategy",
            "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds");

    private WorkloadRules() {
    }

    static void deployment(ObjectNode spec, Path path, Causes causes) {
        checkSelector(spec, "deployment", path, causes);
        alwaysRestarts(spec, "Deployment", path, causes);
        ObjectNode strategy = CheckedFields.objectOrNull(spec, "strategy");
        if (strategy != null) {
            checkStrategy(strategy, path.child("strategy"), causes);
        }
        long deadline = CheckedFields.number(spec, "progressDeadlineSeconds", Long.MAX_VALUE);
        if (deadline <= CheckedFields.number(spec, "minReadySeconds", 0)) {
            causes.invalid(path.child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
        }
    }

    private static void checkStrategy(ObjectNode strategy, Path path, Causes causes) {
        if (CheckedFields.text(strategy, "type").equals("Recreate")) {
            if (CheckedFields.has(strategy, "rollingUpdate")) {
                causes.forbidden(path.child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
            }
        } else if (CheckedFields.text(strategy, "type").equals("RollingUpdate")) {
            rollingUpdate(CheckedFields.object(strategy, "rollingUpdate"), path.child("rollingUpdate"), causes);
        }
    }

    private static void rollingUpdate(JsonNode rolling, Path path, Causes causes) {
        amountOrPercent(rolling.get("maxUnavailable"), path.child("maxUnavailable"), true, causes);
        amountOrPercent(rolling.get("maxSurge"), path.child("maxSurge"), false, causes);
        if (isZero(rolling.get("maxUnavailable")) && isZero(rolling.get("maxSurge"))) {
            causes.invalid(path.child("maxUnavailable"), rolling.get("maxUnavailable"), "may not be 0 when `maxSurge` is 0");
        }
    }

    private static boolean isZero(@Nullable JsonNode value) {
        return value == null || (value.isTextual() ? value.textValue().matches("0+%") : value.longValue() == 0);
    }

    /// Validates a count or a percentage.
    static void amountOrPercent(@Nullable JsonNode value, Path path, boolean atMostAll, Causes causes) {
        if (value == null) {
            return;
        }
        if (value.isNumber()) {
            if (value.longValue() < 0) {
                causes.invalid(path, value, "must be greater than or equal to 0");
            }
        } else if (!value.textValue().matches("[0-9]+%")) {
            causes.invalid(path, value, "a valid percent string must be a numeric string followed by an ending '%'"
                    + " (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        } else if (atMostAll && Integer.parseInt(value.textValue(), 0, value.textValue().length() - 1, 10) > 100) {
            causes.invalid(path, value, "must not be greater than 100%");
        }
    }

    static void selectorMatchesTemplate(ObjectNode spec, Path path, Causes causes) {
        checkSelector(spec, "replicaset", path, causes);
        alwaysRestarts(spec, "ReplicaSet", path, causes);
    }

    static void daemonSet(ObjectNode spec, Path path, Causes causes) {
        checkSelector(spec, "daemonset", path, causes);
        alwaysRestarts(spec, "DaemonSet", path, causes);
        JsonNode strategy = CheckedFields.object(spec, "updateStrategy");
        if (CheckedFields.text(strategy, "type").equals("RollingUpdate")) {
            replacing(CheckedFields.object(strategy, "rollingUpdate"), path.child("updateStrategy", "rollingUpdate"), causes);
        }
    }

    /// Validates a daemon set's rolling update. A node either lacks a pod (`maxUnavailable`) or has two (`maxSurge`) meanwhile: exactly one must be allowed.
    private static void replacing(JsonNode rolling, Path path, Causes causes) {
        amountOrPercent(rolling.get("maxUnavailable"), path.child("maxUnavailable"), true, causes);
        amountOrPercent(rolling.get("maxSurge"), path.child("maxSurge"), true, causes);
        boolean less = !isZero(rolling.get("maxUnavailable"));
        boolean more = !isZero(rolling.get("maxSurge"));
        if (less && more) {
            causes.invalid(path.child("maxSurge"), rolling.get("maxSurge"), "may not be set when maxUnavailable is non-zero");
        } else if (!less && !more) {
            causes.required(path.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
        }
    }

    static void statefulSet(ObjectNode spec, Path path, Causes causes) {
        checkSelector(spec, "statefulset", path, causes);
        alwaysRestarts(spec, "StatefulSet", path, causes);
        JsonNode strategy = CheckedFields.object(spec, "updateStrategy");
        Path rolling = path.child("updateStrategy", "rollingUpdate");
        if (CheckedFields.text(strategy, "type").equals("OnDelete") && CheckedFields.has(strategy, "rollingUpdate")) {
            causes.invalid(rolling, strategy.get("rollingUpdate"), "only allowed for updateStrategy 'RollingUpdate'");
        }
        JsonNode unavailable = CheckedFields.object(strategy, "rollingUpdate").get("maxUnavailable");
        amountOrPercent(unavailable, rolling.child("maxUnavailable"), true, causes);
        if (unavailable != null && isZero(unavailable)) {
            causes.invalid(rolling.child("maxUnavailable"), unavailable, "cannot be 0");
        }
        checkClaims(CheckedFields.list(spec, "volumeClaimTemplates"), CheckedFields.object(CheckedFields.object(spec, "template"), "spec"), path.child("template", "spec"), causes);
    }

    /// Removes "not found" errors of mounts that name a claim template of the stateful set, as such a mount needs no volume in the pod template.
    private static void checkClaims(JsonNode templates, JsonNode pod, Path path, Causes causes) {
        Set<String> claims = new HashSet<>(0);
        templates.forEach(claim -> claims.add(CheckedFields.text(CheckedFields.object(claim, "metadata"), "name")));
        for (String list : PodRules.CONTAINERS) {
            JsonNode containers = CheckedFields.list(pod, list);
            for (int i = 0; i < containers.size() && !claims.isEmpty(); i++) {
                for (String field : List.of("volumeMounts", "volumeDevices")) {
                    JsonNode uses = CheckedFields.list(containers.get(i), field);
                    for (int j = 0; j < uses.size(); j++) {
                        if (claims.contains(CheckedFields.text(uses.get(j), "name"))) {
                            causes.found(path.child(list).index(i).child(field).index(j).child("name"));
                        }
                    }
                }
            }
        }
    }

    static void replicationController(ObjectNode spec, Path path, Causes causes) {
        JsonNode selector = CheckedFields.object(spec, "selector");
        if (selector.isEmpty()) {
            causes.required(path.child("selector"), "");
        }
        if (!CheckedFields.has(spec, "template")) {
            causes.required(path.child("template"), "");
            return;
        }
        JsonNode labels = CheckedFields.object(CheckedFields.object(CheckedFields.object(spec, "template"), "metadata"), "labels");
        if (!selector.isEmpty() && !selector.properties().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))) {
            causes.invalid(path.child("template", "metadata").child("labels"), labels, "`selector` does not match template `labels`");
        }
        alwaysRestarts(spec, "ReplicationController", path, causes);
    }

    static void checkSelector(ObjectNode spec, String kind, Path path, Causes causes) {
        ObjectNode selector = CheckedFields.objectOrNull(spec, "selector");
        if (selector == null && !kind.equals("daemonset")) {
            causes.required(path.child("selector"), "");
        } else if (selector != null && SelectorRules.isEmpty(selector)) {
            causes.invalid(path.child("selector"), selector, "empty selector is invalid for " + kind);
            return;
        }
        JsonNode labels = CheckedFields.object(CheckedFields.object(CheckedFields.object(spec, "template"), "metadata"), "labels");
        if (selector == null || !SelectorRules.matches(selector, labels)) {
            causes.invalid(path.child("template", "metadata").child("labels"), labels.isEmpty() ? JsonNodeFactory.instance.nullNode() : labels,
                    "`selector` does not match template `labels`");
        }
    }

    private static void alwaysRestarts(ObjectNode spec, String kind, Path path, Causes causes) {
        JsonNode pod = CheckedFields.object(CheckedFields.object(spec, "template"), "spec");
        Path podPath = path.child("template", "spec");
        if (CheckedFields.has(pod, "restartPolicy") && !CheckedFields.text(pod, "restartPolicy").equals("Always")) {
            causes.notSupported(podPath.child("restartPolicy"), CheckedFields.text(pod, "restartPolicy"), List.of("Always"));
        }
        if (CheckedFields.has(pod, "activeDeadlineSeconds")) {
            causes.forbidden(podPath.child("activeDeadlineSeconds"), "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    static void checkStatefulSetUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        ObjectNode after = updated.withObject("spec").deepCopy();
        ObjectNode before = old.withObject("spec").deepCopy();
        after.remove(STATEFUL_SET_MUTABLE);
        before.remove(STATEFUL_SET_MUTABLE);
        if (!after.equals(before)) {
            causes.forbidden(Path.ROOT.child("spec"), "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                    + " 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                    + " 'minReadySeconds' are forbidden");
        }
    }
}
