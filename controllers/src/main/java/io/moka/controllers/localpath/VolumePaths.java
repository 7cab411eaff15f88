package io.moka.controllers.localpath;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.client.Json;
import java.util.ArrayList;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Computes the paths of a storage class's volumes from the parameters `path`, `nodePathMap`, `sharedFileSystemPath` and `pathPattern`.
record VolumePaths(StorageClass storageClass) {

    /// Thrown when the class or the claim asks for something impossible.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private static final String OTHER_NODES = "DEFAULT_PATH_FOR_NON_LISTED_NODES";
    private static final String USUAL_PATTERN = "{{ .PVName }}_{{ .PVC.Namespace }}_{{ .PVC.Name }}";
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*\\.([A-Za-z]+(?:\\.[A-Za-z]+(?:\\.[A-Za-z0-9_/-]+)?)?)\\s*}}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

    private String parameter(String name) {
        Map<String, String> parameters = storageClass.getParameters();
        return parameters == null ? "" : parameters.getOrDefault(name, "");
    }

    /// Whether the class's volumes are folders of a file system that all nodes have mounted at the same path.
    boolean isShared() {
        return !parameter("sharedFileSystemPath").isEmpty();
    }

    /// The folder on the node below which the volumes are. Of several that are listed for the node the claim's uid chooses one.
    String root(String node, String uid) throws Refused {
        var map = parameter("nodePathMap");
        var shared = parameter("sharedFileSystemPath");
        if (isShared() && !(map + parameter("path")).isEmpty()) {
            throw new Refused("sharedFileSystemPath goes with neither path nor nodePathMap");
        }
        var root = isShared() ? shared : map.isEmpty() ? parameter("path") : listed(map, node, uid);
        if (!root.startsWith("/") || root.equals("/") || root.contains("/../") || root.endsWith("/..")) {
            throw new Refused(root.isEmpty() ? "the class has no path for node " + node : "\"" + root + "\" is no folder for volumes");
        }
        return root.replaceAll("/+$", "");
    }

    private static String listed(String map, String node, String uid) throws Refused {
        try {
            JsonNode others = Json.mapper().missingNode();
            for (var entry : Json.mapper().readTree(map)) {
                if (entry.path("node").asText().equals(node)) {
                    return chosen(entry.path("paths"), node, uid);
                }
                if (entry.path("node").asText().equals(OTHER_NODES)) {
                    others = entry.path("paths");
                }
            }
            return chosen(others, node, uid);
        } catch (JsonProcessingException e) {
            throw new Refused("nodePathMap is no JSON: " + e.getOriginalMessage());
        }
    }

    private static String chosen(JsonNode paths, String node, String uid) throws Refused {
        if (paths.isEmpty()) {
            throw new Refused("nodePathMap has no path for node " + node);
        }
        return paths.get(Math.floorMod(uid.hashCode(), paths.size())).asText();
    }

    /// The volume's path below the root.
    ///
    /// @throws Refused where it would not be below it
    String relative(PersistentVolumeClaim claim, String volume) throws Refused {
        var pattern = parameter("pathPattern").isEmpty() ? USUAL_PATTERN : parameter("pathPattern");
        var filled = VARIABLE.matcher(pattern).replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), claim, volume)));
        var names = new ArrayList<String>();
        for (var name : filled.split("/", -1)) {
            if (!NAME.matcher(name).matches()) {
                throw new Refused("pathPattern \"" + pattern + "\" gives the path \"" + filled + "\", in which \"" + name + "\" is no plain name");
            }
            names.add(name);
        }
        return String.join("/", names);
    }

    /// An unknown variable has an empty value, which is no plain name.
    private static String value(String variable, PersistentVolumeClaim claim, String volume) {
        var metadata = claim.getMetadata();
        var parts = variable.split("\\.", 3);
        if (parts.length == 3 && parts[0].equals("PVC")) {
            var map = switch (parts[1]) {
                case "Labels" -> metadata.getLabels();
                case "Annotations" -> metadata.getAnnotations();
                default -> null;
            };
            return map == null ? "" : map.getOrDefault(parts[2], "");
        }
        return switch (variable) {
            case "PVName" -> volume;
            case "PVC.Name" -> metadata.getName();
            case "PVC.Namespace" -> metadata.getNamespace();
            default -> "";
        };
    }
}
