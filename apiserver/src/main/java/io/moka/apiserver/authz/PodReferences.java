package io.moka.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/// Which objects of its namespace a pod needs on its node.
final class PodReferences {

    private PodReferences() {
    }

    static boolean refersTo(JsonNode pod, String resource, String name) {
        JsonNode spec = pod.path("spec");
        return switch (resource) {
            case "secrets" -> isNamedIn(spec.path("imagePullSecrets"), name) || inContainers(spec, "secretKeyRef", "secretRef", name)
                    || inVolumes(spec, "secret", "secretName", name) || holdsReference(spec.path("volumes"), List.of("secretRef", "nodePublishSecretRef"), name);
            case "configmaps" -> inContainers(spec, "configMapKeyRef", "configMapRef", name) || inVolumes(spec, "configMap", "name", name);
            case "persistentvolumeclaims" -> holdsClaim(pod, name);
            case "serviceaccounts" -> spec.path("serviceAccountName").asText().equals(name);
            default -> false;
        };
    }

    private static boolean isNamedIn(JsonNode list, String name) {
        for (JsonNode element : list) {
            if (element.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean inContainers(JsonNode spec, String keyReference, String wholeReference, String name) {
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            for (JsonNode container : spec.path(list)) {
                for (JsonNode variable : container.path("env")) {
                    if (variable.path("valueFrom").path(keyReference).path("name").asText().equals(name)) {
                        return true;
                    }
                }
                for (JsonNode source : container.path("envFrom")) {
                    if (source.path(wholeReference).path("name").asText().equals(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean inVolumes(JsonNode spec, String kind, String nameField, String name) {
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path(kind).path(nameField).asText().equals(name)) {
                return true;
            }
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.path(kind).path("name").asText().equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holdsReference(JsonNode volumes, List<String> fields, String name) {
        for (JsonNode volume : volumes) {
            for (Map.Entry<String, JsonNode> source : volume.properties()) {
                for (String field : fields) {
                    if (source.getValue().path(field).path("name").asText().equals(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// A claim is named by a volume, or made for an ephemeral one as `pod-volume`.
    private static boolean holdsClaim(JsonNode pod, String name) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            String ephemeral = pod.path("metadata").path("name").asText() + "-" + volume.path("name").asText();
            if (volume.path("persistentVolumeClaim").path("claimName").asText().equals(name)
                    || volume.has("ephemeral") && ephemeral.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
