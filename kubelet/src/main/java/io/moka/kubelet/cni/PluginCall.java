package io.moka.kubelet.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of a plugin: its variables, its input, its result.
///
/// @param network the path of the network namespace, or empty when the namespace is gone
record PluginCall(String command, String containerId, String network, String arguments) {

    private static final Logger log = LoggerFactory.getLogger(PluginCall.class);
    private static final long PATIENCE_SECONDS = 60;

    static final String INTERFACE = "eth0";

    /// Runs the plugin and returns what it wrote, or a missing node where that was nothing.
    ///
    /// @throws CniException with the plugin's own message when it failed
    JsonNode run(Path binaries, String type, JsonNode input) {
        var binary = binaries.resolve(type);
        if (type.contains("/") || !Files.isExecutable(binary)) {
            throw new CniException("failed to find plugin \"" + type + "\" in path [" + binaries + "]");
        }
        try {
            return run(binary, binaries, input);
        } catch (IOException e) {
            throw new CniException("plugin type=\"" + type + "\" failed (" + command + "): " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CniException("interrupted", e);
        }
    }

    private JsonNode run(Path binary, Path binaries, JsonNode input) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(binary.toString());
        builder.environment().putAll(environment(binaries));
        var process = builder.start();
        var errors = new FutureTask<>(() -> new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        Thread.ofVirtual().start(errors);
        try (var stdin = process.getOutputStream()) {
            stdin.write(Json.bytes(input));
        }
        var killer = Thread.ofVirtual().start(() -> killWhenLate(process));
        var output = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        killer.interrupt();
        if (code != 0) {
            throw new CniException("plugin type=\"" + binary.getFileName() + "\" failed (" + command + "): " + failure(output, errors));
        }
        return output.length == 0 ? MissingNode.getInstance() : Json.mapper().readTree(output);
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

    private static void killWhenLate(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("plugin {} did not end in {} s; killing it", process.pid(), PATIENCE_SECONDS);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String failure(byte[] output, Future<String> errors) throws IOException, InterruptedException {
        var text = new String(output, StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            var error = Json.mapper().readTree(text);
            var details = error.path("details").asText();
            return error.path("msg").asText() + (details.isEmpty() ? "" : ": " + details);
        }
        if (!text.isEmpty()) {
            return text;
        }
        try {
            return errors.get();
        } catch (ExecutionException e) {
            throw new IOException("its errors could not be read", e);
        }
    }
}
