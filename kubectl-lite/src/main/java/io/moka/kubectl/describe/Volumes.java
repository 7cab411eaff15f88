package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// The volumes of a pod, each with the sentence that upstream has for its type.
final class Volumes {

    private static final Map<String, String> SENTENCES = Map.of(
            "emptyDir", "EmptyDir (a temporary directory that shares a pod's lifetime)",
            "hostPath", "HostPath (bare host directory volume)",
            "configMap", "ConfigMap (a volume populated by a ConfigMap)",
            "secret", "Secret (a volume populated by a Secret)",
            "projected", "Projected (a volume that contains injected data from multiple sources)",
            "downwardAPI", "DownwardAPI (a volume populated by information about the pod)",
            "persistentVolumeClaim", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
            "nfs", "NFS (an NFS mount that lasts the lifetime of a pod)",
            "image", "Image (a container image or OCI artifact)",
            "ephemeral", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)");

    private Volumes() {
    }

    static void describe(JsonNode volumes, boolean template, Lines out) {
        if (volumes.isEmpty()) {
            out.field(template ? 1 : 0, "Volumes", "<none>");
            return;
        }
        out.add(template ? 1 : 0, "Volumes:");
        for (var volume : volumes) {
            out.add(1, (template ? " " : "") + volume.path("name").asText() + ":");
            var type = Lines.keys(volume).stream().filter(key -> !key.equals("name")).findFirst().orElse("emptyDir");
            out.field(2, "Type", SENTENCES.getOrDefault(type, "<unknown>"));
            source(type, volume.path(type), 2, out);
        }
    }

    /// The source of a persistent volume.
    static void source(String type, JsonNode source, Lines out) {
        out.field(2, "Type", SENTENCES.getOrDefault(type, "<unknown>"));
        source(type, source, 2, out);
    }

    private static void source(String type, JsonNode source, int level, Lines out) {
        switch (type) {
            case "emptyDir" -> {
                out.field(level, "Medium", source.path("medium").asText(""));
                out.field(level, "SizeLimit", source.path("sizeLimit").asText("<unset>"));
            }
            case "hostPath" -> {
                out.field(level, "Path", source.path("path").asText());
                out.field(level, "HostPathType", source.path("type").asText(""));
            }
            case "configMap" -> {
                out.field(level, "Name", source.path("name").asText());
                out.field(level, "Optional", source.path("optional").asText("false"));
            }
            case "secret" -> {
                out.field(level, "SecretName", source.path("secretName").asText());
                out.field(level, "Optional", source.path("optional").asText("false"));
            }
            case "persistentVolumeClaim" -> {
                out.field(level, "ClaimName", source.path("claimName").asText());
                out.field(level, "ReadOnly", source.path("readOnly").asText("false"));
            }
            case "nfs" -> {
                out.field(level, "Server", source.path("server").asText());
                out.field(level, "Path", source.path("path").asText());
                out.field(level, "ReadOnly", source.path("readOnly").asText("false"));
            }
            case "image" -> {
                out.field(level, "Reference", source.path("reference").asText());
                out.field(level, "PullPolicy", source.path("pullPolicy").asText());
            }
            case "projected" -> source.path("sources").forEach(part -> projected(part, level, out));
            case "downwardAPI" -> {
                out.add(level, "Items:");
                source.path("items").forEach(item -> out.add(level + 1, item.path("fieldRef").path("fieldPath").asText(item.path("resourceFieldRef").path("resource").asText())
                        + " -> " + item.path("path").asText()));
            }
            default -> { }
        }
    }

    private static void projected(JsonNode part, int level, Lines out) {
        if (part.has("secret")) {
            out.field(level, "SecretName", part.path("secret").path("name").asText());
            out.field(level, "Optional", part.path("secret").path("optional").asText("false"));
        } else if (part.has("downwardAPI")) {
            out.field(level, "DownwardAPI", "true");
        } else if (part.has("configMap")) {
            out.field(level, "ConfigMapName", part.path("configMap").path("name").asText());
            out.field(level, "Optional", part.path("configMap").path("optional").asText("false"));
        } else if (part.has("serviceAccountToken")) {
            out.field(level, "TokenExpirationSeconds", part.path("serviceAccountToken").path("expirationSeconds").asText());
        }
    }
}
