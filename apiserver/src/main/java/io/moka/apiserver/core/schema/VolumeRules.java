package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Validates a pod's volumes.
final class VolumeRules {

    private static final Set<String> VOLUME_PATHS = Set.of("metadata.name", "metadata.namespace", "metadata.uid",
            "metadata.labels", "metadata.annotations");

    /// The fields that are volume sources. When a volume has several, all but the first in this order are errors.
    private static final List<String> SOURCES = List.of("emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
            "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap", "azureFile",
            "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral", "image");
    static final int MAX_ISCSI_NAME = 64;
    static final String TOO_LONG_FOR_ISCSI =
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
    private static final Pattern ISCSI_NAME = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([A-Za-z0-9-.]+)(:[^,;*&$|\\s]+)$|^eui.[A-Za-z0-9]{16}$|^naa.[A-Za-z0-9]{32}$");

    private VolumeRules() {
    }

    static void volume(ObjectNode volume, Path path, Causes causes) {
        checkOneSource(volume, path, causes);
        JsonNode iscsi = CheckedFields.object(volume, "iscsi");
        if (iscsi.has("initiatorName") && (CheckedFields.text(volume, "name") + ":" + CheckedFields.text(iscsi, "targetPortal")).length() > MAX_ISCSI_NAME) {
            causes.invalid(path.child("name"), CheckedFields.text(volume, "name"), TOO_LONG_FOR_ISCSI);
        }
        String limit = CheckedFields.text(CheckedFields.object(volume, "emptyDir"), "sizeLimit");
        if (!limit.isEmpty() && Quantity.parse(limit).signum() < 0) {
            causes.forbidden(path.child("emptyDir", "sizeLimit"), "SizeLimit field must be a valid resource quantity");
        }
    }

    private static void checkOneSource(ObjectNode volume, Path path, Causes causes) {
        if (volume.size() == 2 && volume.has("name")) {
            return;
        }
        boolean found = false;
        for (String source : SOURCES) {
            if (CheckedFields.has(volume, source) && found) {
                causes.forbidden(path.child(source), "may not specify more than 1 volume type");
            }
            found |= CheckedFields.has(volume, source);
        }
        if (!found) {
            causes.required(path, "must specify a volume type");
        }
    }

    static void hostPath(ObjectNode source, Path path, Causes causes) {
        noBacksteps(CheckedFields.text(source, "path"), path.child("path"), causes);
    }

    static void noBacksteps(String text, Path path, Causes causes) {
        if (List.of(text.split("/")).contains("..")) {
            causes.invalid(path, text, "must not contain '..'");
        }
    }

    static void nfs(ObjectNode source, Path path, Causes causes) {
        if (!CheckedFields.text(source, "path").startsWith("/")) {
            causes.invalid(path.child("path"), CheckedFields.text(source, "path"), "must be an absolute path");
        }
    }

    static void fibreChannel(ObjectNode source, Path path, Causes causes) {
        JsonNode names = CheckedFields.list(source, "targetWWNs");
        boolean ids = !CheckedFields.list(source, "wwids").isEmpty();
        if (names.isEmpty() && !ids) {
            causes.required(path.child("targetWWNs"), "must specify either targetWWNs or wwids, but not both");
        } else if (!names.isEmpty() && ids) {
            causes.invalid(path.child("targetWWNs"), names, "targetWWNs and wwids can not be specified simultaneously");
        }
        if (!names.isEmpty() && !source.has("lun")) {
            causes.required(path.child("lun"), "lun is required if targetWWNs is specified");
        } else if (!names.isEmpty() && (source.get("lun").longValue() < 0 || source.get("lun").longValue() > 255)) {
            causes.invalid(path.child("lun"), source.get("lun"), "must be between 0 and 255, inclusive");
        }
    }

    static void iscsi(ObjectNode source, Path path, Causes causes) {
        checkQualifiedName(CheckedFields.text(source, "iqn"), path.child("iqn"), causes);
        checkQualifiedName(CheckedFields.text(source, "initiatorName"), path.child("initiatorname"), causes);
        boolean chap = CheckedFields.flag(source, "chapAuthDiscovery") || CheckedFields.flag(source, "chapAuthSession");
        if (chap && !CheckedFields.has(source, "secretRef")) {
            causes.required(path.child("secretRef"), "");
        }
    }

    private static void checkQualifiedName(String name, Path path, Causes causes) {
        if (!name.isEmpty() && !name.startsWith("iqn") && !name.startsWith("eui") && !name.startsWith("naa")) {
            causes.invalid(path, name, "must be valid format starting with iqn, eui, or naa");
        } else if (!name.isEmpty() && !ISCSI_NAME.matcher(name).find()) {
            causes.invalid(path, name, "must be valid format");
        }
    }

    static void flocker(ObjectNode source, Path path, Causes causes) {
        boolean name = !CheckedFields.text(source, "datasetName").isEmpty();
        boolean id = !CheckedFields.text(source, "datasetUUID").isEmpty();
        if (!name && !id) {
            causes.required(path, "one of datasetName and datasetUUID is required");
        } else if (name && id) {
            causes.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
    }

    static void flex(ObjectNode source, Path path, Causes causes) {
        for (Map.Entry<String, JsonNode> option : CheckedFields.entries(source, "options")) {
            String domain = "." + option.getKey().split("/", 2)[0].toLowerCase(Locale.ROOT);
            if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
                causes.invalid(path.child("options").key(option.getKey()), option.getKey(), "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }

    static void csi(ObjectNode source, Path path, Causes causes) {
        if (CheckedFields.has(source, "nodePublishSecretRef") && CheckedFields.text(CheckedFields.object(source, "nodePublishSecretRef"), "name").isEmpty()) {
            causes.required(path.child("nodePublishSecretRef", "name"), "");
        }
    }

    static void projected(ObjectNode projected, Path path, Causes causes) {
        Set<String> taken = new HashSet<>();
        JsonNode sources = CheckedFields.list(projected, "sources");
        for (int i = 0; i < sources.size(); i++) {
            JsonNode source = sources.get(i);
            if (source.size() > 1) {
                causes.forbidden(path.child("sources").index(i), "may not specify more than 1 volume type per source");
            }
            for (String kind : List.of("secret", "configMap")) {
                if (CheckedFields.has(source, kind) && CheckedFields.text(CheckedFields.object(source, kind), "name").isEmpty()) {
                    causes.required(path.child("sources").index(i).child(kind, "name"), "");
                }
            }
            for (JsonNode content : source) {
                checkPaths(content, taken, path, causes);
            }
        }
    }

    private static void checkPaths(JsonNode source, Set<String> taken, Path path, Causes causes) {
        String name = CheckedFields.text(source, "name");
        for (JsonNode item : CheckedFields.list(source, "items")) {
            String place = CheckedFields.text(item, "path");
            if (!place.isEmpty() && !taken.add(place)) {
                causes.invalid(path, name.isEmpty() ? place : name, "conflicting duplicate paths");
            }
        }
    }

    static void downwardFile(ObjectNode file, Path path, Causes causes) {
        boolean field = CheckedFields.has(file, "fieldRef");
        if (field && CheckedFields.has(file, "resourceFieldRef")) {
            causes.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        } else if (field) {
            ContainerRules.fieldPath(CheckedFields.object(file, "fieldRef"), VOLUME_PATHS, path.child("fieldRef"), causes);
        } else if (!CheckedFields.has(file, "resourceFieldRef")) {
            causes.required(path, "one of fieldRef and resourceFieldRef is required");
        } else if (CheckedFields.text(CheckedFields.object(file, "resourceFieldRef"), "containerName").isEmpty()) {
            causes.required(path.child("resourceFieldRef", "containerName"), "");
        } else {
            ContainerRules.resource(CheckedFields.object(file, "resourceFieldRef"), path.child("resourceFieldRef"), causes);
        }
    }
}
