package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Validates the volume mounts and devices of a container: each names a volume of the pod and has a path of its own.
final class MountRules {
    private final JsonNode container;
    private final Map<String, JsonNode> volumes;
    private final Path path;
    private final Causes causes;

    private MountRules(JsonNode container, Map<String, JsonNode> volumes, Path path, Causes causes) {
        this.container = container;
        this.volumes = volumes;
        this.path = path;
        this.causes = causes;
    }

    static void mounts(JsonNode container, Map<String, JsonNode> volumes, Path path, Causes causes) {
        MountRules rules = new MountRules(container, volumes, path, causes);
        JsonNode mounts = CheckedFields.list(container, "volumeMounts");
        JsonNode devices = CheckedFields.list(container, "volumeDevices");
        if (!mounts.isEmpty()) {
            rules.checkMounts(mounts, places(devices, "devicePath"));
        }
        if (!devices.isEmpty()) {
            rules.checkDevices(devices, places(mounts, "mountPath"));
        }
    }

    private static Map<String, String> places(JsonNode list, String field) {
        Map<String, String> places = HashMap.newHashMap(list.size());
        list.forEach(entry -> places.put(CheckedFields.text(entry, "name"), CheckedFields.text(entry, field)));
        return places;
    }

    private void checkMounts(JsonNode mounts, Map<String, String> devices) {
        Set<String> places = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            JsonNode mount = mounts.get(i);
            Path at = path.child("volumeMounts").index(i);
            String name = CheckedFields.text(mount, "name");
            String place = CheckedFields.text(mount, "mountPath");
            if (!name.isEmpty() && !volumes.containsKey(name)) {
                causes.notFound(at.child("name"), name);
            }
            if (!place.isEmpty() && !places.add(place)) {
                causes.invalid(at.child("mountPath"), place, "must be unique");
            }
            if (devices.containsKey(name)) {
                causes.invalid(at.child("name"), name, "must not already exist in volumeDevices");
            }
            if (devices.containsValue(place)) {
                causes.invalid(at.child("mountPath"), place, "must not already exist as a path in volumeDevices");
            }
            checkSubPaths(mount, at);
            checkPropagation(mount);
        }
    }

    /// Validates sub-paths. As with upstream, errors name the list, not the mount.
    private void checkSubPaths(JsonNode mount, Path at) {
        for (String field : new String[] {"subPath", "subPathExpr"}) {
            String below = CheckedFields.text(mount, field);
            if (below.isEmpty()) {
                continue;
            }
            if (field.equals("subPathExpr") && !CheckedFields.text(mount, "subPath").isEmpty()) {
                causes.invalid(at.child(field), below, "subPathExpr and subPath are mutually exclusive");
            }
            causes.invalidAll(path.child("volumeMounts", field), below, Format.RELATIVE_PATH.check(below));
        }
    }

    private void checkPropagation(JsonNode mount) {
        String propagation = CheckedFields.text(mount, "mountPropagation");
        if (propagation.equals("Bidirectional") && !CheckedFields.flag(CheckedFields.object(container, "securityContext"), "privileged")) {
            causes.forbidden(path.child("volumeMounts", "mountPropagation"), "Bidirectional mount propagation is available only to privileged containers");
        }
        String recursive = CheckedFields.text(mount, "recursiveReadOnly");
        if (recursive.equals("Enabled") || recursive.equals("IfPossible")) {
            if (!CheckedFields.flag(mount, "readOnly")) {
                causes.forbidden(path.child("volumeMounts", "recursiveReadOnly"), "may only be specified when readOnly is true");
            }
            if (!propagation.isEmpty() && !propagation.equals("None")) {
                causes.forbidden(path.child("volumeMounts", "recursiveReadOnly"), "may only be specified when mountPropagation is None or not specified");
            }
        }
    }

    private void checkDevices(JsonNode devices, Map<String, String> mounts) {
        Set<String> names = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (int i = 0; i < devices.size(); i++) {
            Path at = path.child("volumeDevices").index(i);
            String name = CheckedFields.text(devices.get(i), "name");
            String place = CheckedFields.text(devices.get(i), "devicePath");
            checkDeviceName(name, names, at.child("name"));
            if (place.isEmpty()) {
                causes.required(at.child("devicePath"), "");
            } else if (!places.add(place)) {
                causes.invalid(at.child("devicePath"), place, "must be unique");
            }
            if (Format.RELATIVE_PATH.check("./" + place).contains("must not contain '..'")) {
                causes.invalid(at.child("devicePath"), place, "can not contain backsteps ('..')");
            }
            if (mounts.containsKey(name)) {
                causes.invalid(at.child("name"), name, "must not already exist in volumeMounts");
            }
            if (mounts.containsValue(place)) {
                causes.invalid(at.child("devicePath"), place, "must not already exist as a path in volumeMounts");
            }
        }
    }

    private void checkDeviceName(String name, Set<String> names, Path at) {
        JsonNode volume = volumes.get(name);
        if (name.isEmpty()) {
            causes.required(at, "");
        } else if (!names.add(name)) {
            causes.invalid(at, name, "must be unique");
        }
        if (volume == null) {
            causes.notFound(at, name);
        } else if (!CheckedFields.has(volume, "persistentVolumeClaim") && !CheckedFields.has(volume, "ephemeral")) {
            causes.invalid(at, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
        }
    }
}
