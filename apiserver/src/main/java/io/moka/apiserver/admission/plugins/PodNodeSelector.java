package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.Caches;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// Restricts the pods of a namespace to nodes: those that the namespace's annotation selects, or the configuration's default.
public final class PodNodeSelector implements AdmissionPlugin {
    private static final String ANNOTATION = "scheduler.alpha.kubernetes.io/node-selector";
    private static final String DEFAULT = "clusterDefaultNodeSelector";

    private final Caches caches;
    private final ResourceType namespaces;
    /// The labels that the pods of each namespace may select at most, and the default under its own key.
    private final Map<String, Map<String, String>> configured = new TreeMap<>();

    public PodNodeSelector(Caches caches, Catalog catalog, JsonNode configuration) throws IOException {
        this.caches = caches;
        namespaces = catalog.get("", "v1", "namespaces");
        for (Map.Entry<String, JsonNode> entry : configuration.path("podNodeSelectorPluginConfig").properties()) {
            try {
                configured.put(entry.getKey(), parse(entry.getValue().asText()));
            } catch (IllegalArgumentException malformed) {
                throw new IOException(entry.getKey() + ": " + malformed.getMessage(), malformed);
            }
        }
    }

    private static Map<String, String> parse(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                labels.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            } else if (!part.isBlank()) {
                throw new IllegalArgumentException("invalid selector: " + text);
            }
        }
        return labels;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        Map<String, String> wanted = selectorOf(request);
        ObjectNode spec = Json.child(request.newObject(), "spec");
        wanted.forEach((key, value) -> {
            JsonNode own = spec.path("nodeSelector").get(key);
            if (own != null && !own.asText().equals(value)) {
                throw PluginRefusal.because(request, "pod node label selector conflicts with its namespace node label selector");
            }
        });
        wanted.forEach((key, value) -> Json.child(spec, "nodeSelector").put(key, value));
        validate(request);
    }

    @Override
    public void validate(AdmissionRequest request) {
        Map<String, String> allowed = request.creates("pods") ? configured.getOrDefault(request.namespace(), Map.of()) : Map.of();
        if (allowed.isEmpty()) {
            return;
        }
        for (Map.Entry<String, JsonNode> label : request.newObject().path("spec").path("nodeSelector").properties()) {
            if (!label.getValue().asText().equals(allowed.get(label.getKey()))) {
                throw PluginRefusal.because(request, "pod node label selector labels conflict with its namespace whitelist");
            }
        }
    }

    private Map<String, String> selectorOf(AdmissionRequest request) {
        ObjectNode namespace = caches.get(namespaces, "", request.namespace());
        JsonNode annotated = namespace == null ? null : namespace.path("metadata").path("annotations").get(ANNOTATION);
        if (annotated == null) {
            return configured.getOrDefault(DEFAULT, Map.of());
        }
        try {
            return parse(annotated.asText());
        } catch (IllegalArgumentException malformed) {
            throw PluginRefusal.because(request, String.valueOf(malformed.getMessage()));
        }
    }
}
