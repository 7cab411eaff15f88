package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The server that the global flags lead to. The flags themselves are the root command's, and may stand before or after the command.
@Command
final class Connection {

    private static final Path SYSTEM_KUBECONFIG = Path.of("/var/lib/moka/moka/kubeconfig");

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    private @Nullable ClientConfig config;
    private @Nullable ApiClient client;

    private Kubectl flags() {
        return (Kubectl) Objects.requireNonNull(command).root().userObject();
    }

    Path kubeconfig() {
        var named = flags().kubeconfig;
        if (named != null) {
            return named;
        }
        var variable = System.getenv("KUBECONFIG");
        if (variable != null && !variable.isEmpty()) {
            return Path.of(variable.split(":")[0]);
        }
        var own = Path.of(System.getProperty("user.home"), ".kube", "config");
        return Files.exists(own) || !Files.exists(SYSTEM_KUBECONFIG) ? own : SYSTEM_KUBECONFIG;
    }

    private ClientConfig config() {
        if (config == null) {
            try {
                config = ClientConfig.load(kubeconfig(), flags().context, "kubectl-lite");
            } catch (IOException e) {
                throw new UsageException(e.getMessage() + "; start a cluster with: bin/moka up");
            }
        }
        return config;
    }

    String namespace() {
        var named = flags().namespace;
        return named != null ? named : config().namespace();
    }

    /// The namespace that the flag names, or null without it.
    @Nullable String namespaceFlag() {
        return flags().namespace;
    }

    ApiClient client() {
        if (client == null) {
            client = new ApiClient(config());
        }
        return client;
    }

    void close() {
        if (client != null) {
            client.close();
        }
    }

    ObjectNode get(String path) {
        return object(client().send("GET", path, Map.of(), null, null));
    }

    @Nullable ObjectNode find(String path) {
        try {
            return get(path);
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return null;
            }
            throw e;
        }
    }

    ObjectNode list(String path, Map<String, String> query) {
        return object(client().send("GET", path, query, null, null));
    }

    ObjectNode post(String path, Object body) {
        return object(client().send("POST", path, Map.of("fieldManager", "kubectl-lite", "fieldValidation", "Strict"), "application/json", Json.bytes(body)));
    }

    ObjectNode patch(String path, PatchType type, Object patch) {
        return object(client().send("PATCH", path, Map.of("fieldManager", "kubectl-lite"), type.mediaType(), Json.bytes(patch)));
    }

    static ObjectNode object(byte[] json) {
        try {
            return (ObjectNode) Json.mapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
