package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the pod's own fields by the paths that environment variables and downward-API files use.
public final class FieldPaths {

    private static final Pattern SUBSCRIPT = Pattern.compile("metadata\\.(labels|annotations)\\['(.*)']");

    private FieldPaths() {
    }

    /// The addresses that a pod has only once it runs.
    public record Addresses(List<String> podIps, String hostIp) {
    }

    /// Whether the value is known only once the pod has its network.
    public static boolean needsAddress(String path) {
        return path.equals("status.podIP") || path.equals("status.podIPs");
    }

    public static String value(Pod pod, String path, Addresses addresses) {
        var subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            var map = subscript.group(1).equals("labels") ? pod.getMetadata().getLabels() : pod.getMetadata().getAnnotations();
            return map == null ? "" : map.getOrDefault(subscript.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels" -> lines(pod.getMetadata().getLabels());
            case "metadata.annotations" -> lines(pod.getMetadata().getAnnotations());
            case "spec.nodeName" -> orEmpty(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> orEmpty(pod.getSpec().getServiceAccountName());
            case "status.hostIP", "status.hostIPs" -> addresses.hostIp();
            case "status.podIP" -> addresses.podIps().isEmpty() ? "" : addresses.podIps().getFirst();
            case "status.podIPs" -> String.join(",", addresses.podIps());
            default -> throw new MissingSource("unsupported fieldPath: " + path);
        };
    }

    private static String lines(@Nullable Map<String, String> map) {
        return map == null ? "" : new TreeMap<>(map).entrySet().stream()
                .map(e -> e.getKey() + "=\"" + quote(e.getValue()) + "\"").collect(Collectors.joining("\n"));
    }

    private static String quote(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
