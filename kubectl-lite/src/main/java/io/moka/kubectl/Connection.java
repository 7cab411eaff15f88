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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags that every command has, and the server that they lead to.
final class Connection {

    private static final Path SYSTEM_KUBECONFIG = Path.of("/var/lib/moka/moka/kubeconfig");

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Default: the first file of KUBECONFIG, or ~/.kube/config, or the cluster moka's own.")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "Which of the kubeconfig's contexts to use.")
    private @Nullable String context;

    @Option(names = {"-n", "--namespace"}, paramLabel = "NAME", description = "Default: the context's.")
    private @Nullable String namespace;

    @Option(names = "--verbose", description = "Show stack traces.")
    private boolean verbose;

    private @Nullable ClientConfig config;
    private @Nullable ApiClient client;

    Path kubeconfig() {
        if (kubeconfig != null) {
            return kubeconfig;
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
                config = ClientConfig.load(kubeconfig(), context, "kubectl-lite");
            } catch (IOException e) {
                throw new UsageException(e.getMessage() + "; start a cluster with: bin/moka up");
            }
        }
        return config;
    }

    String namespace() {
        return namespace != null ? namespace : config().namespace();
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
