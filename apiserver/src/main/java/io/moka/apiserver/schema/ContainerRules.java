package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rules for one container.
final class ContainerRules {

    private static final List<String> ENVIRONMENT_SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");
    private static final Set<String> ENVIRONMENT_PATHS = Set.of("metadata.name", "metadata.namespace", "metadata.uid",
            "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs");

    private ContainerRules() {
    }

    static void container(ObjectNode container, Path path, Causes causes) {
        String image = Json.text(container, "image");
        if (image.isEmpty()) {
            causes.required(path.child("image"), "");
        } else if (!image.equals(image.strip())) {
            causes.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
        }
        checkPortNames(Json.list(container, "ports"), path.child("ports"), causes);
        for (String probe : List.of("livenessProbe", "startupProbe")) {
            if (Json.number(Json.object(container, probe), "successThreshold", 1) != 1) {
                causes.invalid(path.child(probe, "successThreshold"), Json.number(Json.object(container, probe), "successThreshold", 1), "must be 1");
            }
        }
    }

    private static void checkPortNames(JsonNode ports, Path path, Causes causes) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String name = Json.text(ports.get(i), "name");
            if (!name.isEmpty() && !names.add(name)) {
                causes.duplicate(path.index(i).child("name"), name);
            }
        }
    }

    /// Mounts name volumes of the pod, each at a path of its own.
    static void mounts(JsonNode container, Map<String, JsonNode> volumes, Path path, Causes causes) {
        Set<String> places = new HashSet<>();
        JsonNode mounts = Json.list(container, "volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            Path mount = path.child("volumeMounts").index(i);
            String name = Json.text(mounts.get(i), "name");
            if (!name.isEmpty() && !volumes.containsKey(name)) {
                causes.notFound(mount.child("name"), name);
            }
            String place = Json.text(mounts.get(i), "mountPath");
            if (!place.isEmpty() && !places.add(place)) {
                causes.invalid(mount.child("mountPath"), place, "must be unique");
            }
        }
    }

    static void environment(ObjectNode variable, Path path, Causes causes) {
        ObjectNode source = Json.objectOrNull(variable, "valueFrom");
        if (source == null) {
            return;
        }
        Path from = path.child("valueFrom");
        List<String> given = new ArrayList<>(ENVIRONMENT_SOURCES);
        given.removeIf(name -> !Json.has(source, name));
        if (given.isEmpty()) {
            causes.invalid(from, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (!Json.text(variable, "value").isEmpty()) {
            causes.invalid(from, "", "may not be specified when `value` is not empty");
        } else if (given.size() > 1) {
            causes.invalid(from, "", "may not have more than one field specified at a time");
        }
        for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (Json.has(source, reference) && Json.text(Json.object(source, reference), "name").isEmpty()) {
                causes.required(from.child(reference, "name"), "");
            }
        }
        if (Json.has(source, "fieldRef")) {
            fieldPath(Json.text(Json.object(source, "fieldRef"), "fieldPath"), ENVIRONMENT_PATHS, from.child("fieldRef", "fieldPath"), causes);
        }
    }

    /// Checks what the downward API is asked for.
    static void fieldPath(String value, Set<String> supported, Path path, Causes causes) {
        if (value.isEmpty() || supported.contains(value)) {
            return;
        }
        if (value.matches("metadata\\.(labels|annotations)\\['[^']*'\\]")) {
            String key = value.substring(value.indexOf('\'') + 1, value.lastIndexOf('\''));
            causes.invalidAll(path, key, Names.qualifiedName(key.toLowerCase(java.util.Locale.ROOT)));
        } else if (value.equals("metadata.labels") || value.equals("metadata.annotations") || ENVIRONMENT_PATHS.contains(value)) {
            causes.notSupported(path, value, supported);
        } else {
            causes.invalid(path, value, "error converting fieldPath: field label not supported: " + value);
        }
    }

    static void environmentSource(ObjectNode source, Path path, Causes causes) {
        boolean configMap = Json.has(source, "configMapRef");
        boolean secret = Json.has(source, "secretRef");
        if (!configMap && !secret) {
            causes.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if (configMap && secret) {
            causes.invalid(path, "", "may not have more than one field specified at a time");
        }
        for (String reference : List.of("configMapRef", "secretRef")) {
            if (Json.has(source, reference) && Json.text(Json.object(source, reference), "name").isEmpty()) {
                causes.required(path.child(reference, "name"), "");
            }
        }
    }

    static void securityContext(ObjectNode context, Path path, Causes causes) {
        if (context.path("allowPrivilegeEscalation").isBoolean() && !context.get("allowPrivilegeEscalation").booleanValue()) {
            if (Json.flag(context, "privileged")) {
                causes.invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            for (JsonNode capability : Json.list(Json.object(context, "capabilities"), "add")) {
                if (capability.asText().equals("SYS_ADMIN") || capability.asText().equals("CAP_SYS_ADMIN")) {
                    causes.invalid(path, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
                }
            }
        }
    }
}
