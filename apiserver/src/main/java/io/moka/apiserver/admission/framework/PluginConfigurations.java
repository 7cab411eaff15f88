package io.moka.apiserver.admission.framework;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The plugin configurations of an `AdmissionConfiguration`: inline, or in a separate file, whose path is relative to the configuration's.
record PluginConfigurations(Map<String, JsonNode> byPlugin) {

    static PluginConfigurations read(@Nullable Path file) throws IOException {
        Map<String, JsonNode> byPlugin = new HashMap<>();
        if (file != null) {
            for (JsonNode plugin : YamlFile.read(file, "apiserver.config.k8s.io", "AdmissionConfiguration").path("plugins")) {
                JsonNode before = byPlugin.putIfAbsent(Json.text(plugin, "name"), configuration(file, plugin));
                if (before != null) {
                    throw new IOException(file + ": the plugin " + Json.text(plugin, "name") + " is configured twice");
                }
            }
        }
        return new PluginConfigurations(Map.copyOf(byPlugin));
    }

    private static JsonNode configuration(Path file, JsonNode plugin) throws IOException {
        JsonNode inline = Json.present(plugin, "configuration");
        if (inline != null) {
            return inline;
        }
        String path = Json.text(plugin, "path");
        return path.isEmpty() ? MissingNode.getInstance() : YamlFile.read(file.resolveSibling(path));
    }

    JsonNode of(String plugin) {
        return byPlugin.getOrDefault(plugin, MissingNode.getInstance());
    }
}
