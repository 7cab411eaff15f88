package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds the objects to which a pod refers, and which its node therefore needs to read.
public final class PodReferences {
    private static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");
    private static final List<String> SECRET_REFERENCES = List.of("secretRef", "nodePublishSecretRef");

    private PodReferences() {
    }

    static boolean refersTo(JsonNode pod, String resource, String name) {
        return !name.isEmpty() && namesOf(pod, resource).contains(name);
    }

    /// Returns the names of the objects in the pod's namespace to which it refers.
    ///
    /// @param resource `secrets`, `configmaps`, `persistentvolumeclaims`, `serviceaccounts` or `resourceclaims`; for others the set is empty
    public static Set<String> namesOf(JsonNode pod, String resource) {
        JsonNode spec = pod.path("spec");
        Set<String> names = new LinkedHashSet<>();
        switch (resource) {
            case "secrets" -> {
                spec.path("imagePullSecrets").forEach(secret -> add(names, secret.path("name")));
                addFromContainers(names, spec, "secretKeyRef", "secretRef");
                addFromVolumes(names, spec, "secret", "secretName");
                spec.path("volumes").forEach(volume -> volume.forEach(source -> {
                    SECRET_REFERENCES.forEach(field -> add(names, source.path(field).path("name")));
                    add(names, source.path("secretName"));
                }));
            }
            case "configmaps" -> {
                addFromContainers(names, spec, "configMapKeyRef", "configMapRef");
                addFromVolumes(names, spec, "configMap", "name");
            }
            case "persistentvolumeclaims" -> addClaims(names, pod);
            case "serviceaccounts" -> add(names, spec.path("serviceAccountName"));
            case "resourceclaims" -> {
                spec.path("resourceClaims").forEach(claim -> {
                    add(names, claim.path("resourceClaimName"));
                    add(names, claim.path("resourceClaimTemplateName"));
                });
                // the name of a claim that was created from a template
                pod.path("status").path("resourceClaimStatuses").forEach(claim -> add(names, claim.path("resourceClaimName")));
            }
            default -> { }
        }
        return names;
    }

    private static void add(Set<String> names, JsonNode name) {
        if (!name.asText().isEmpty()) {
            names.add(name.asText());
        }
    }

    private static void addFromContainers(Set<String> names, JsonNode spec, String keyReference, String wholeReference) {
        for (String list : CONTAINERS) {
            for (JsonNode container : spec.path(list)) {
                container.path("env").forEach(variable -> add(names, variable.path("valueFrom").path(keyReference).path("name")));
                container.path("envFrom").forEach(source -> add(names, source.path(wholeReference).path("name")));
            }
        }
    }

    private static void addFromVolumes(Set<String> names, JsonNode spec, String kind, String nameField) {
        for (JsonNode volume : spec.path("volumes")) {
            add(names, volume.path(kind).path(nameField));
            volume.path("projected").path("sources").forEach(source -> add(names, source.path(kind).path("name")));
        }
    }

    /// Adds the claims that volumes name, and those that are created for ephemeral volumes, as `pod-volume`.
    private static void addClaims(Set<String> names, JsonNode pod) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            add(names, volume.path("persistentVolumeClaim").path("claimName"));
            if (volume.has("ephemeral")) {
                names.add(pod.path("metadata").path("name").asText() + "-" + volume.path("name").asText());
            }
        }
    }
}
