package io.moka.kubelet.cni;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The variables of one run of a plugin.
///
/// @param network the path of the network namespace, or empty when the namespace is gone
record PluginCall(String command, String containerId, String network, String arguments) {

    static final String INTERFACE = "eth0";

    /// Runs the plugin and returns what it wrote, or a missing node where that was nothing.
    ///
    /// @throws CniException with the plugin's own message when it failed
    JsonNode run(Path binaries, String type, JsonNode input) {
        return start(binaries, type).answer(input);
    }

    /// Starts the plugin, which then waits for its input.
    PluginProcess start(Path binaries, String type) {
        var binary = binaries.resolve(type);
        if (type.contains("/") || !Files.isExecutable(binary)) {
            throw new CniException("failed to find plugin \"" + type + "\" in path [" + binaries + "]");
        }
        var builder = new ProcessBuilder(binary.toString());
        builder.environment().putAll(environment(binaries));
        try {
            return new PluginProcess(type, command, builder.start());
        } catch (IOException e) {
            throw new CniException("plugin type=\"" + type + "\" failed (" + command + "): " + e.getMessage(), e);
        }
    }

    private Map<String, String> environment(Path binaries) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("CNI_COMMAND", command);
        variables.put("CNI_CONTAINERID", containerId);
        variables.put("CNI_NETNS", network);
        variables.put("CNI_IFNAME", INTERFACE);
        variables.put("CNI_ARGS", arguments);
        variables.put("CNI_PATH", binaries.toString());
        return variables;
    }
}
