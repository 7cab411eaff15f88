package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Validates one container.
final class ContainerRules {

    private static final Set<String> RESTART_POLICIES = Set.of("Always", "OnFailure", "Never");
    private static final Set<String> EXIT_CODE_OPERATORS = Set.of("In", "NotIn");
    private static final int MAX_RESTART_RULES = 20;
    private static final int MAX_EXIT_CODES = 255;
    private static final List<String> ENVIRONMENT_SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");
    private static final Set<String> ENVIRONMENT_PATHS = Set.of("metadata.name", "metadata.namespace", "metadata.uid",
            "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs");

    /// Field paths that the downward API knows besides those for environment variables; not every use of it supports them.
    private static final Set<String> FIELD_PATHS = Set.of("metadata.labels", "metadata.annotations", "spec.restartPolicy", "spec.schedulerName", "status.phase");
    private static final List<String> AMOUNTS = List.of("limits.cpu", "limits.ephemeral-storage", "limits.memory",
            "requests.cpu", "requests.ephemeral-storage", "requests.memory");

    private ContainerRules() {
    }

    static void container(ObjectNode container, Path path, Causes causes) {
        if (CheckedFields.text(container, "image").isEmpty()) {
            causes.required(path.child("image"), "");
        }
        checkPortNames(CheckedFields.list(container, "ports"), path.child("ports"), causes);
        for (String probe : List.of("livenessProbe", "startupProbe")) {
            if (CheckedFields.number(CheckedFields.object(container, probe), "successThreshold", 1) != 1) {
                causes.invalid(path.child(probe, "successThreshold"), CheckedFields.number(CheckedFields.object(container, probe), "successThreshold", 1), "must be 1");
            }
        }
        if (CheckedFields.object(container, "readinessProbe").has("terminationGracePeriodSeconds")) {
            causes.invalid(path.child("readinessProbe", "terminationGracePeriodSeconds"), container.get("readinessProbe").get("terminationGracePeriodSeconds"),
                    "must not be set for readinessProbes");
        }
        for (JsonNode source : CheckedFields.list(container, "envFrom")) {
            environmentSource(source, path.child("envFrom"), causes);
        }
    }

    /// Validates a container's own restart policy and the rules that come before it.
    private static void checkRestarts(JsonNode container, Path path, Causes causes) {
        String policy = CheckedFields.text(container, "restartPolicy");
        if (!policy.isEmpty() && !RESTART_POLICIES.contains(policy)) {
            causes.notSupported(path.child("restartPolicy"), policy, RESTART_POLICIES);
        }
        JsonNode rules = CheckedFields.list(container, "restartPolicyRules");
        if (rules.isEmpty()) {
            return;
        }
        Path at = path.child("restartPolicyRules");
        if (policy.isEmpty()) {
            causes.required(path.child("restartPolicy"), "must specify restartPolicy when restart rules are used");
        }
        if (rules.size() > MAX_RESTART_RULES) {
            causes.tooMany(at, rules.size(), MAX_RESTART_RULES);
        }
        for (int i = 0; i < rules.size(); i++) {
            String action = CheckedFields.text(rules.get(i), "action");
            if (!action.equals("Restart")) {
                causes.notSupported(at.index(i).child("action"), action, List.of("Restart"));
            }
            checkExitCodes(rules.get(i), at.index(i).child("exitCodes"), causes);
        }
    }

    private static void checkExitCodes(JsonNode rule, Path path, Causes causes) {
        JsonNode codes = CheckedFields.object(rule, "exitCodes");
        if (!CheckedFields.has(rule, "exitCodes")) {
            causes.required(path, "must be specified");
            return;
        }
        String operator = CheckedFields.text(codes, "operator");
        if (!EXIT_CODE_OPERATORS.contains(operator)) {
            causes.notSupported(path.child("operator"), operator, EXIT_CODE_OPERATORS);
        }
        int values = CheckedFields.list(codes, "values").size();
        if (values > MAX_EXIT_CODES) {
            causes.tooMany(path.child("values"), values, MAX_EXIT_CODES);
        } else if (values == 0) {
            causes.required(path.child("values"), "must specify at least one value");
        }
    }

    private static void checkPortNames(JsonNode ports, Path path, Causes causes) {
        Set<String> names = new HashSet<>(0);
        for (int i = 0; i < ports.size(); i++) {
            String name = CheckedFields.text(ports.get(i), "name");
            if (!name.isEmpty() && !names.add(name)) {
                causes.duplicate(path.index(i).child("name"), name);
            }
        }
    }

    /// Validates the parts of a container that depend on its pod's spec.
    static void within(ObjectNode spec, JsonNode container, Path path, Causes causes) {
        JsonNode policies = CheckedFields.list(container, "resizePolicy");
        Set<String> resized = new HashSet<>(0);
        for (int i = 0; i < policies.size(); i++) {
            String policy = CheckedFields.text(policies.get(i), "restartPolicy");
            if (!resized.add(CheckedFields.text(policies.get(i), "resourceName"))) {
                causes.duplicate(path.child("resizePolicy").index(i), CheckedFields.text(policies.get(i), "resourceName"));
            }
            if (CheckedFields.text(spec, "restartPolicy").equals("Never") && !policy.equals("NotRequired")) {
                causes.invalid(path.child("resizePolicy"), policy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }
        }
        checkRestarts(container, path, causes);
        JsonNode lifecycle = CheckedFields.object(container, "lifecycle");
        if (CheckedFields.has(lifecycle, "stopSignal") && CheckedFields.text(CheckedFields.object(spec, "os"), "name").isEmpty()) {
            causes.forbidden(path.child("lifecycle", "stopSignal"), "may not be set for containers with an empty `spec.os.name`");
        }
        for (String hook : List.of("postStart", "preStop")) {
            if (CheckedFields.has(CheckedFields.object(lifecycle, hook), "sleep")) {
                checkSleep(lifecycle.get(hook), CheckedFields.number(spec, "terminationGracePeriodSeconds", Long.MAX_VALUE), path.child("lifecycle", hook), causes);
            }
        }
    }

    private static void checkSleep(JsonNode hook, long gracePeriodSeconds, Path path, Causes causes) {
        long seconds = CheckedFields.number(CheckedFields.object(hook, "sleep"), "seconds", 0);
        if (seconds < 0 || seconds > gracePeriodSeconds) {
            causes.invalid(path.child("sleep"), seconds, "must be non-negative and less than terminationGracePeriodSeconds (" + gracePeriodSeconds + ")");
        }
    }

    /// Checks that the files of environment variables lie in volumes of the pod.
    static void environmentFiles(JsonNode container, Set<String> volumes, Path path, Causes causes) {
        JsonNode variables = CheckedFields.list(container, "env");
        for (int i = 0; i < variables.size(); i++) {
            JsonNode file = CheckedFields.object(CheckedFields.object(variables.get(i), "valueFrom"), "fileKeyRef");
            String volume = CheckedFields.text(file, "volumeName");
            if (!volume.isEmpty() && !volumes.contains(volume)) {
                causes.notFound(path.child("env").index(i).child("valueFrom", "fileKeyRef").child("volumeName"), volume);
            }
        }
    }

    static void environment(ObjectNode variable, Path path, Causes causes) {
        ObjectNode source = CheckedFields.objectOrNull(variable, "valueFrom");
        if (source == null) {
            return;
        }
        Path from = path.child("valueFrom");
        List<String> given = new ArrayList<>(ENVIRONMENT_SOURCES);
        given.removeIf(name -> !CheckedFields.has(source, name));
        if (given.isEmpty()) {
            causes.invalid(from, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        } else if (!CheckedFields.text(variable, "value").isEmpty()) {
            causes.invalid(from, "", "may not be specified when `value` is not empty");
        } else if (given.size() > 1) {
            causes.invalid(from, "", "may not have more than one field specified at a time");
        }
        for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (CheckedFields.has(source, reference) && CheckedFields.text(CheckedFields.object(source, reference), "name").isEmpty()) {
                causes.invalidAll(from.child(reference, "name"), "", Names.dns1123Subdomain(""));
            }
        }
        if (CheckedFields.has(source, "fieldRef")) {
            fieldPath(CheckedFields.object(source, "fieldRef"), ENVIRONMENT_PATHS, from.child("fieldRef"), causes);
        }
        if (CheckedFields.has(source, "resourceFieldRef")) {
            resource(CheckedFields.object(source, "resourceFieldRef"), from.child("resourceFieldRef"), causes);
        }
    }

    /// Validates a field reference of the downward API.
    static void fieldPath(JsonNode reference, Set<String> supported, Path path, Causes causes) {
        String value = CheckedFields.text(reference, "fieldPath");
        int bracket = value.indexOf("['");
        if (value.isEmpty() || supported.contains(value)) {
            return;
        }
        if (bracket > 0 && value.endsWith("']")) {
            String key = value.substring(bracket + 2, value.length() - 2);
            switch (value.substring(0, bracket)) {
                case "metadata.annotations" -> causes.invalidAll(path, key.toLowerCase(Locale.ROOT), Names.qualifiedName(key.toLowerCase(Locale.ROOT)));
                case "metadata.labels" -> causes.invalidAll(path, key, Names.qualifiedName(key));
                default -> unknownField(value, path, causes);
            }
        } else if (FIELD_PATHS.contains(value) || ENVIRONMENT_PATHS.contains(value)) {
            causes.notSupported(path.child("fieldPath"), value, supported);
        } else {
            unknownField(value, path, causes);
        }
    }

    private static void unknownField(String value, Path path, Causes causes) {
        causes.invalid(path.child("fieldPath"), value, "error converting fieldPath: field label not supported: " + value);
    }

    /// Validates a resource reference of the downward API: the resource's name and the divisor.
    static void resource(JsonNode reference, Path path, Causes causes) {
        String resource = CheckedFields.text(reference, "resource");
        boolean huge = resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-");
        if (resource.isEmpty()) {
            causes.required(path.child("resource"), "");
        } else if (!huge && !AMOUNTS.contains(resource)) {
            causes.notSupported(path.child("resource"), resource, AMOUNTS);
        }
        String divisor = CheckedFields.text(reference, "divisor");
        if (divisor.isEmpty() || divisor.equals("0")) {
            return;
        }
        if (resource.endsWith(".cpu") && !divisor.equals("1") && !divisor.equals("1m")) {
            causes.invalid(path.child("divisor"), resource, "only divisor's values 1m and 1 are supported with the cpu resource");
        } else if (!resource.endsWith(".cpu") && !divisor.matches("1([kMGTPE]|[KMGTPE]i)?")) {
            String what = resource.endsWith(".memory") ? "memory" : huge ? "hugepages" : "local ephemeral storage";
            causes.invalid(path.child("divisor"), resource, "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
                    + " are supported with the " + what + " resource");
        }
    }

    private static void environmentSource(JsonNode source, Path path, Causes causes) {
        boolean configMap = CheckedFields.has(source, "configMapRef");
        boolean secret = CheckedFields.has(source, "secretRef");
        if (!configMap && !secret) {
            causes.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if (configMap && secret) {
            causes.invalid(path, "", "may not have more than one field specified at a time");
        }
    }

    static void environmentReference(ObjectNode reference, Path path, Causes causes) {
        causes.requireValid(path.child("name"), CheckedFields.text(reference, "name"), "", Names::dns1123Subdomain);
    }
}
