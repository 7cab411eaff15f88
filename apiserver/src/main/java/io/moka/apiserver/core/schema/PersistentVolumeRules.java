package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.List;
import java.util.Map;

/// Validates persistent volumes.
final class PersistentVolumeRules {
    private static final Path SPEC = Path.ROOT.child("spec");
    private static final List<String> SOURCES = List.of("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte",
            "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local",
            "storageos", "csi");
    private static final List<String> SECRETS = List.of("controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeStageSecretRef",
            "nodeExpandSecretRef");

    private PersistentVolumeRules() {
    }

    static void volume(ObjectNode volume, Path path, Causes causes) {
        ObjectNode spec = CheckedFields.objectOrNull(volume, "spec");
        if (spec == null) {
            return;
        }
        StorageRules.accessModes(CheckedFields.list(spec, "accessModes"), SPEC.child("accessModes"), causes);
        checkCapacity(spec, causes);
        checkSource(spec, causes);
        if (CheckedFields.has(spec, "local") && !CheckedFields.has(spec, "nodeAffinity")) {
            causes.required(SPEC.child("nodeAffinity"), "Local volume requires node affinity");
        }
        boolean root = CheckedFields.text(CheckedFields.object(spec, "hostPath"), "path").matches("/+\\.?/*");
        if (root && CheckedFields.text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
            causes.forbidden(SPEC.child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        }
        JsonNode iscsi = CheckedFields.object(spec, "iscsi");
        String portal = CheckedFields.text(iscsi, "targetPortal");
        if (iscsi.has("initiatorName") && (CheckedFields.text(CheckedFields.object(volume, "metadata"), "name") + ":" + portal).length() > VolumeRules.MAX_ISCSI_NAME) {
            causes.invalid(SPEC.child("iscsi", "targetportal"), portal, VolumeRules.TOO_LONG_FOR_ISCSI);
        }
        checkAttributesClass(spec, causes);
        checkSecrets(CheckedFields.object(spec, "csi"), causes);
    }

    private static void checkCapacity(ObjectNode spec, Causes causes) {
        JsonNode capacity = CheckedFields.object(spec, "capacity");
        if (!capacity.isEmpty() && (!capacity.has("storage") || capacity.size() > 1)) {
            causes.notSupported(SPEC.child("capacity"), capacity, List.of("storage"));
        }
        for (Map.Entry<String, JsonNode> amount : capacity.properties()) {
            if (Quantity.parse(amount.getValue().asText()).signum() <= 0) {
                causes.invalid(SPEC.child("capacity").key(amount.getKey()), amount.getValue(), "must be greater than zero");
            }
        }
    }

    private static void checkSource(ObjectNode spec, Causes causes) {
        boolean found = false;
        for (String source : SOURCES) {
            if (CheckedFields.has(spec, source) && found) {
                causes.forbidden(SPEC.child(source), "may not specify more than 1 volume type");
            }
            found |= CheckedFields.has(spec, source);
        }
        if (!found) {
            causes.required(SPEC, "must specify a volume type");
        }
    }

    private static void checkAttributesClass(ObjectNode spec, Causes causes) {
        if (!spec.has("volumeAttributesClassName")) {
            return;
        }
        Path at = SPEC.child("volumeAttributesClassName");
        String name = CheckedFields.text(spec, "volumeAttributesClassName");
        causes.requireValid(at, name, "an empty string is disallowed", Names::dns1123Subdomain);
        if (!CheckedFields.has(spec, "csi")) {
            causes.required(SPEC.child("csi"), "has to be specified when using volumeAttributesClassName");
        }
    }

    private static void checkSecrets(JsonNode csi, Causes causes) {
        for (String field : SECRETS) {
            if (!CheckedFields.has(csi, field)) {
                continue;
            }
            String name = CheckedFields.text(csi.get(field), "name");
            String namespace = CheckedFields.text(csi.get(field), "namespace");
            Path at = SPEC.child("csi", field);
            causes.requireValid(at.child("name"), name, "", Names::dns1123Subdomain);
            causes.requireValid(at.child("namespace"), namespace, "", Names::dns1123Label);
        }
    }

    /// Validates the claim template of an ephemeral volume, whose metadata may have labels and annotations only.
    static void claimTemplate(ObjectNode template, Path path, Causes causes) {
        JsonNode metadata = CheckedFields.object(template, "metadata");
        MetadataRules.labels(metadata, path.child("metadata", "labels"), causes);
        MetadataRules.annotations(metadata, path.child("metadata", "annotations"), causes);
        metadata.properties().forEach(field -> {
            if (!field.getKey().equals("labels") && !field.getKey().equals("annotations")) {
                causes.forbidden(path.child("metadata", field.getKey()), "cannot be set");
            }
        });
    }
}
