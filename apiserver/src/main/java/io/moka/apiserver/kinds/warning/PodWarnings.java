package io.moka.apiserver.kinds.warning;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.machinery.meta.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds warnings for pods and their templates.
final class PodWarnings {
    private static final String[] CONTAINERS = {"initContainers", "containers", "ephemeralContainers"};
    private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
    private static final Map<String, String> OLD_ANNOTATIONS = Map.of(
            "scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead",
            "security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead",
            "security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead");

    private final JsonNode spec;
    private final JsonNode annotations;
    private final FieldPath path;
    private final FieldPath specPath;
    private final List<String> found;

    private PodWarnings(JsonNode pod, FieldPath path, List<String> found) {
        this.spec = pod.path("spec");
        this.annotations = pod.path("metadata").path("annotations");
        this.path = path;
        this.specPath = path.child("spec");
        this.found = found;
    }

    /// @param path the place of the pod or template in the object
    static void find(JsonNode pod, FieldPath path, List<String> found) {
        PodWarnings warnings = new PodWarnings(pod, path, found);
        warnings.placement();
        warnings.oldAnnotations();
        warnings.volumes();
        warnings.repeated("hostAliases", "ip", "duplicate ip ");
        warnings.repeated("imagePullSecrets", "name", "duplicate name ");
        warnings.containers();
        PortWarnings.find(warnings.spec, warnings.specPath, found);
        warnings.affinity("podAffinity");
        warnings.affinity("podAntiAffinity");
    }

    private void warn(FieldPath at, String text) {
        found.add(at + ": " + text);
    }

    private void placement() {
        for (Map.Entry<String, JsonNode> label : spec.path("nodeSelector").properties()) {
            if (Warnings.OLD_NODE_LABELS.containsKey(label.getKey())) {
                warn(specPath.child("nodeSelector").key(label.getKey()), Warnings.OLD_NODE_LABELS.get(label.getKey()));
            }
        }
        JsonNode affinity = spec.path("affinity").path("nodeAffinity");
        FieldPath at = specPath.child("affinity").child("nodeAffinity");
        JsonNode terms = affinity.path("requiredDuringSchedulingIgnoredDuringExecution").path("nodeSelectorTerms");
        for (int i = 0; i < terms.size(); i++) {
            Warnings.nodeSelectorTerm(terms.get(i), at.child("requiredDuringSchedulingIgnoredDuringExecution").child("nodeSelectorTerms").index(i), found);
        }
        JsonNode preferred = affinity.path("preferredDuringSchedulingIgnoredDuringExecution");
        for (int i = 0; i < preferred.size(); i++) {
            Warnings.nodeSelectorTerm(preferred.get(i).path("preference"), at.child("preferredDuringSchedulingIgnoredDuringExecution").index(i).child("preference"), found);
        }
        JsonNode constraints = spec.path("topologySpreadConstraints");
        for (int i = 0; i < constraints.size(); i++) {
            FieldPath constraint = specPath.child("topologySpreadConstraints").index(i);
            String key = Json.text(constraints.get(i), "topologyKey");
            if (Warnings.OLD_NODE_LABELS.containsKey(key)) {
                warn(constraint.child("topologyKey"), key + " is " + Warnings.OLD_NODE_LABELS.get(key));
            }
            if (!constraints.get(i).has("labelSelector")) {
                warn(constraint.child("labelSelector"), "a null labelSelector results in matching no pod");
            }
        }
    }

    private void oldAnnotations() {
        if (annotations.isEmpty()) {
            return;
        }
        FieldPath at = path.child("metadata").child("annotations");
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            if (OLD_ANNOTATIONS.containsKey(annotation.getKey())) {
                warn(at.key(annotation.getKey()), OLD_ANNOTATIONS.get(annotation.getKey()));
            }
        }
        if (annotations.has(SECCOMP_POD) && !spec.path("securityContext").has("seccompProfile")) {
            warn(at.key(SECCOMP_POD), "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        for (String list : CONTAINERS) {
            spec.path(list).forEach(container -> profileAnnotations(container, at));
        }
    }

    private void profileAnnotations(JsonNode container, FieldPath at) {
        String name = Json.text(container, "name");
        JsonNode context = container.path("securityContext");
        if (annotations.has(SECCOMP_CONTAINER + name) && !context.has("seccompProfile")) {
            warn(at.key(SECCOMP_CONTAINER + name), "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        if (annotations.has(APP_ARMOR + name) && !context.has("appArmorProfile") && !spec.path("securityContext").has("appArmorProfile")) {
            warn(at.key(APP_ARMOR + name), "deprecated since v1.30; use the \"appArmorProfile\" field instead");
        }
    }

    private void volumes() {
        JsonNode volumes = spec.path("volumes");
        for (int i = 0; i < volumes.size(); i++) {
            FieldPath volume = specPath.child("volumes").index(i);
            VolumeWarnings.source(volumes.get(i), volume, found);
            JsonNode claim = volumes.get(i).path("ephemeral").path("volumeClaimTemplate").path("spec");
            VolumeWarnings.claimSpec(claim, volume.child("ephemeral").child("volumeClaimTemplate").child("spec"), found);
        }
    }

    private void repeated(String list, String field, String what) {
        JsonNode entries = spec.path(list);
        Set<String> seen = new HashSet<>(0);
        for (int i = 0; i < entries.size(); i++) {
            String value = Json.text(entries.get(i), field);
            if (!seen.add(value)) {
                warn(specPath.child(list).index(i).child(field), what + '"' + value + '"');
            }
            if (value.isEmpty() && field.equals("name")) {
                warn(specPath.child(list).index(i).child(field), "invalid empty name \"\"");
            }
        }
    }

    private void containers() {
        fractions(spec, "overhead", specPath);
        for (String list : CONTAINERS) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                FieldPath at = specPath.child(list).index(i);
                fractions(containers.get(i).path("resources"), "limits", at.child("resources"));
                fractions(containers.get(i).path("resources"), "requests", at.child("resources"));
                if (containers.get(i).path("env").size() > 1) {
                    hidden(containers.get(i).path("env"), at.child("env"));
                }
            }
        }
    }

    private void fractions(JsonNode owner, String field, FieldPath at) {
        for (String resource : new String[] {"memory", "ephemeral-storage"}) {
            String amount = Json.text(owner, field, resource);
            if (!amount.isEmpty() && !Quantity.parse(amount).isInteger()) {
                warn(at.child(field).key(resource), "fractional byte value \"" + amount + "\" is invalid, must be an integer");
            }
        }
    }

    /// Warns of a variable whose name was used before, unless its value refers to the earlier one.
    private void hidden(JsonNode variables, FieldPath at) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < variables.size(); i++) {
            String name = Json.text(variables.get(i), "name");
            String value = Json.text(variables.get(i), "value");
            String reference = "$(" + name + ")";
            if (!seen.add(name) && (variables.get(i).has("valueFrom") || value.equals(reference) || !value.contains(reference))) {
                warn(at.index(i), "hides previous definition of \"" + name + "\", which may be dropped when using apply");
            }
        }
    }

    private void affinity(String kind) {
        JsonNode affinity = spec.path("affinity").path(kind);
        FieldPath at = specPath.child("affinity").child(kind);
        for (String strength : new String[] {"requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"}) {
            JsonNode terms = affinity.path(strength);
            for (int i = 0; i < terms.size(); i++) {
                boolean weighted = strength.startsWith("preferred");
                if (!(weighted ? terms.get(i).path("podAffinityTerm") : terms.get(i)).has("labelSelector")) {
                    FieldPath term = at.child(strength).index(i);
                    warn((weighted ? term.child("podAffinityTerm") : term).child("labelSelector"), "a null labelSelector results in matching no pod");
                }
            }
        }
    }
}
