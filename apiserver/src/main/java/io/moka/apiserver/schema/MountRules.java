package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Rules for what a container mounts: volumes of its pod, each at a place of its own.
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
        JsonNode mounts = Json.list(container, "volumeMounts");
        JsonNode devices = Json.list(container, "volumeDevices");
        if (!mounts.isEmpty()) {
            rules.checkMounts(mounts, places(devices, "devicePath"));
        }
        if (!devices.isEmpty()) {
            rules.checkDevices(devices, places(mounts, "mountPath"));
        }
    }

    private static Map<String, String> places(JsonNode list, String field) {
        Map<String, String> places = HashMap.newHashMap(list.size());
        list.forEach(entry -> places.put(Json.text(entry, "name"), Json.text(entry, field)));
        return places;
    }

    private void checkMounts(JsonNode mounts, Map<String, String> devices) {
        Set<String> places = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            JsonNode mount = mounts.get(i);
            Path at = path.child("volumeMounts").index(i);
            String name = Json.text(mount, "name");
            String place = Json.text(mount, "mountPath");
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

    /// Upstream names the list here, not the mount.
    private void checkSubPaths(JsonNode mount, Path at) {
        boolean image = Json.has(volumes.getOrDefault(Json.text(mount, "name"), mount), "image");
        for (String field : new String[] {"subPath", "subPathExpr"}) {
            String below = Json.text(mount, field);
            if (below.isEmpty()) {
                continue;
            }
            if (image) {
                causes.invalid(at.child(field), below, "not allowed in image volume sources");
            }
            if (field.equals("subPathExpr") && !Json.text(mount, "subPath").isEmpty()) {
                causes.invalid(at.child(field), below, "subPathExpr and subPath are mutually exclusive");
            }
            causes.invalidAll(path.child("volumeMounts", field), below, Format.RELATIVE_PATH.check(below));
        }
    }

    private void checkPropagation(JsonNode mount) {
        String propagation = Json.text(mount, "mountPropagation");
        if (propagation.equals("Bidirectional") && !Json.flag(Json.object(container, "securityContext"), "privileged")) {
            causes.forbidden(path.child("volumeMounts", "mountPropagation"), "Bidirectional mount propagation is available only to privileged containers");
        }
        String recursive = Json.text(mount, "recursiveReadOnly");
        if (recursive.equals("Enabled") || recursive.equals("IfPossible")) {
            if (!Json.flag(mount, "readOnly")) {
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
            String name = Json.text(devices.get(i), "name");
            String place = Json.text(devices.get(i), "devicePath");
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
        } else if (!Json.has(volume, "persistentVolumeClaim") && !Json.has(volume, "ephemeral")) {
            causes.invalid(at, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
        }
    }
}
