package io.moka.kubelet.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A network configuration list: plugins that are called in this order.
record NetworkConfiguration(String name, String cniVersion, List<ObjectNode> plugins, ObjectNode source) {

    private static final Logger log = LoggerFactory.getLogger(NetworkConfiguration.class);

    /// Returns the first usable configuration of a folder by file name, or null if there is none.
    static @Nullable NetworkConfiguration load(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (var files = Files.list(folder)) {
            for (var file : files.filter(NetworkConfiguration::isConfiguration).sorted().toList()) {
                try {
                    return parse((ObjectNode) Json.mapper().readTree(Files.readAllBytes(file)));
                } catch (IOException | ClassCastException | CniException e) {
                    log.warn("{} is no network configuration: {}", file, e.getMessage());
                }
            }
        }
        return null;
    }

    private static boolean isConfiguration(Path file) {
        var name = file.getFileName().toString();
        return name.endsWith(".conflist") || name.endsWith(".conf") || name.endsWith(".json");
    }

    /// @throws CniException when parts are missing
    static NetworkConfiguration parse(ObjectNode source) {
        var plugins = new ArrayList<ObjectNode>();
        if (source.path("plugins").isArray()) {
            source.path("plugins").forEach(plugin -> plugins.add((ObjectNode) plugin));
        } else {
            plugins.add(source);
        }
        if (plugins.isEmpty() || plugins.stream().anyMatch(plugin -> plugin.path("type").asText().isEmpty())) {
            throw new CniException("a plugin without a type");
        }
        if (source.path("name").asText().isEmpty()) {
            throw new CniException("it has no name");
        }
        return new NetworkConfiguration(source.path("name").asText(), source.path("cniVersion").asText("0.2.0"), List.copyOf(plugins), source);
    }

    /// Whether any plugin declares the capability.
    boolean uses(String capability) {
        return plugins.stream().anyMatch(plugin -> plugin.path("capabilities").path(capability).asBoolean());
    }

    boolean isAtLeast(int major, int minor) {
        var parts = cniVersion.split("\\.");
        int ownMajor = Integer.parseInt(parts[0]);
        int ownMinor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        return ownMajor > major || ownMajor == major && ownMinor >= minor;
    }

    /// Returns the JSON that one plugin gets on its standard input.
    ///
    /// @param arguments the values of capabilities by name; a plugin gets those that it declares
    ObjectNode input(ObjectNode plugin, JsonNode arguments, @Nullable JsonNode previousResult) {
        var input = plugin.deepCopy();
        input.put("name", name);
        input.put("cniVersion", cniVersion);
        var runtimeConfig = Json.mapper().createObjectNode();
        plugin.path("capabilities").properties().forEach(capability -> {
            if (capability.getValue().asBoolean() && arguments.has(capability.getKey())) {
                runtimeConfig.set(capability.getKey(), arguments.get(capability.getKey()));
            }
        });
        if (!runtimeConfig.isEmpty()) {
            input.set("runtimeConfig", runtimeConfig);
        }
        if (previousResult != null) {
            input.set("prevResult", previousResult);
        }
        return input;
    }
}
