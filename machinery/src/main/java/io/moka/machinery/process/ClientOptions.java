package io.moka.machinery.process;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The flags by which a component finds the apiserver.
public final class ClientOptions {

    @Option(names = "--kubeconfig", paramLabel = "FILE", required = true, description = "Where the apiserver is and who we are to it.")
    private Path kubeconfig = Path.of("");

    /// @param component the name under which the server's log shows us
    public ApiClient connect(String component) throws IOException {
        return new ApiClient(ClientConfig.load(kubeconfig, null, "moka-" + component));
    }
}
