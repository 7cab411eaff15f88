package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Claims, volumes and classes.
final class Storage {

    private static final Map<String, String> SHORT_MODES = Map.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    private Storage() {
    }

    static Map<String, Describer> describers() {
        return Map.of("PersistentVolumeClaim", Storage::claim, "PersistentVolume", Storage::volume, "StorageClass", Storage::storageClass);
    }

    private static String modes(JsonNode modes) {
        var names = new ArrayList<String>();
        modes.forEach(mode -> names.add(SHORT_MODES.getOrDefault(mode.asText(), mode.asText())));
        return String.join(",", names);
    }

    private static void claim(JsonNode claim, Surroundings surroundings, Lines out) {
        var spec = claim.path("spec");
        boolean bound = !spec.path("volumeName").asText("").isEmpty();
        Workloads.name(claim, out);
        out.field(0, "StorageClass", spec.path("storageClassName").asText(""));
        out.field(0, "Status", status(claim, out, claim.path("status").path("phase").asText()));
        out.field(0, "Volume", spec.path("volumeName").asText(""));
        Workloads.labels(claim, out);
        out.field(0, "Finalizers", "[" + Lines.join(claim.path("metadata").path("finalizers"), " ") + "]");
        out.field(0, "Capacity", bound ? claim.path("status").path("capacity").path("storage").asText("") : "");
        out.field(0, "Access Modes", bound ? modes(claim.path("status").path("accessModes")) : "");
        out.optional(0, "VolumeMode", spec.path("volumeMode"));
        var users = new ArrayList<String>();
        for (var pod : surroundings.list("/api/v1/namespaces/" + claim.path("metadata").path("namespace").asText() + "/pods", Map.of())) {
            for (var volume : pod.path("spec").path("volumes")) {
                if (volume.path("persistentVolumeClaim").path("claimName").asText("").equals(claim.path("metadata").path("name").asText())) {
                    users.add(pod.path("metadata").path("name").asText());
                }
            }
        }
        if (users.isEmpty()) {
            out.field(0, "Used By", "<none>");
        }
        var label = "Used By:";
        for (var user : users) {
            out.add(0, label + "\t" + user);
            label = "";
        }
        out.events(surroundings.events(claim));
    }

    private static String status(JsonNode object, Lines out, String phase) {
        var deleted = object.path("metadata").path("deletionTimestamp");
        return deleted.isMissingNode() ? phase : "Terminating (lasts " + out.age(deleted) + ")";
    }

    private static void volume(JsonNode volume, Surroundings surroundings, Lines out) {
        var spec = volume.path("spec");
        out.field(0, "Name", volume.path("metadata").path("name").asText());
        Workloads.labels(volume, out);
        out.field(0, "Finalizers", "[" + Lines.join(volume.path("metadata").path("finalizers"), " ") + "]");
        out.field(0, "StorageClass", spec.path("storageClassName").asText(""));
        out.field(0, "Status", status(volume, out, volume.path("status").path("phase").asText()));
        out.field(0, "Claim", spec.has("claimRef") ? spec.path("claimRef").path("namespace").asText() + "/" + spec.path("claimRef").path("name").asText() : "");
        out.field(0, "Reclaim Policy", spec.path("persistentVolumeReclaimPolicy").asText());
        out.field(0, "Access Modes", modes(spec.path("accessModes")));
        out.optional(0, "VolumeMode", spec.path("volumeMode"));
        out.field(0, "Capacity", spec.path("capacity").path("storage").asText(""));
        affinity(spec.path("nodeAffinity").path("required").path("nodeSelectorTerms"), out);
        out.field(0, "Message", volume.path("status").path("message").asText(""));
        out.add(0, "Source:");
        var type = Lines.keys(spec).stream().filter(key -> Set.of("hostPath", "nfs", "local", "csi").contains(key)).findFirst().orElse("");
        if (type.equals("local")) {
            out.field(2, "Type", "LocalVolume (a persistent volume backed by local storage on a node)");
            out.field(2, "Path", spec.path("local").path("path").asText());
        } else {
            Volumes.source(type, spec.path(type), out);
        }
        out.events(surroundings.events(volume));
    }

    private static void affinity(JsonNode terms, Lines out) {
        if (terms.isEmpty()) {
            out.field(0, "Node Affinity", "<none>");
            return;
        }
        out.add(0, "Node Affinity:");
        out.add(1, "Required Terms:");
        int number = 0;
        for (var term : terms) {
            var label = "Term " + number++ + ":";
            for (var expression : term.path("matchExpressions")) {
                out.add(2, label + "\t" + expression.path("key").asText() + " " + expression.path("operator").asText().toLowerCase(Locale.ROOT)
                        + (expression.path("values").isEmpty() ? "" : " [" + Lines.join(expression.path("values"), ", ") + "]"));
                label = "";
            }
        }
    }

    private static void storageClass(JsonNode storage, Surroundings surroundings, Lines out) {
        out.field(0, "Name", storage.path("metadata").path("name").asText());
        out.field(0, "IsDefaultClass", storage.path("metadata").path("annotations").path("storageclass.kubernetes.io/is-default-class").asText("").equals("true") ? "Yes" : "No");
        out.add(0, "Annotations:\t" + Lines.joined(storage.path("metadata").path("annotations")));
        out.field(0, "Provisioner", storage.path("provisioner").asText());
        out.field(0, "Parameters", Lines.joined(storage.path("parameters")));
        out.field(0, "AllowVolumeExpansion", storage.has("allowVolumeExpansion") ? Lines.title(storage.path("allowVolumeExpansion").asBoolean()) : "<unset>");
        if (storage.path("mountOptions").isEmpty()) {
            out.field(0, "MountOptions", "<none>");
        } else {
            out.add(0, "MountOptions:");
            storage.path("mountOptions").forEach(option -> out.add(1, option.asText()));
        }
        out.optional(0, "ReclaimPolicy", storage.path("reclaimPolicy"));
        out.optional(0, "VolumeBindingMode", storage.path("volumeBindingMode"));
        out.events(surroundings.events(storage));
    }
}
