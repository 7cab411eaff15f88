package io.moka.kubelet.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.moka.machinery.client.Json;
import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process of a plugin that has not got its input yet.
record PluginProcess(String type, String command, Process process) {

    private static final Logger log = LoggerFactory.getLogger(PluginProcess.class);
    private static final long PATIENCE_SECONDS = 60;

    /// Gives the plugin its input and returns what it wrote, or a missing node where that was nothing. A plugin that takes more than 60 s is killed.
    ///
    /// @throws CniException with the plugin's own message when it failed
    JsonNode answer(JsonNode input) {
        try {
            return answerOf(input);
        } catch (IOException e) {
            throw new CniException(failed() + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CniException("interrupted", e);
        }
    }

    private String failed() {
        return "plugin type=\"" + type + "\" failed (" + command + "): ";
    }

    private JsonNode answerOf(JsonNode input) throws IOException, InterruptedException {
        var errors = new FutureTask<>(() -> new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        TaskThread.start("plugin-errors", errors);
        try (var stdin = process.getOutputStream()) {
            stdin.write(Json.bytes(input));
        }
        var killer = TaskThread.start("plugin-deadline", this::killWhenLate);
        var output = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        killer.interrupt();
        if (code != 0) {
            throw new CniException(failed() + failure(output, errors));
        }
        return output.length == 0 ? MissingNode.getInstance() : Json.mapper().readTree(output);
    }

    private void killWhenLate() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("plugin {} did not end in {} s; killing it", process.pid(), PATIENCE_SECONDS);
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the process; does nothing if it has ended.
    void kill() {
        process.destroyForcibly();
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
