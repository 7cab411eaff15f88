package io.moka.machinery.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The flags of a process's own health and metrics server.
public final class ServingOptions {

    @Option(names = "--bind-address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Address to serve health and metrics on (${DEFAULT-VALUE}).")
    private String bindAddress = "127.0.0.1";

    @Option(names = "--secure-port", paramLabel = "PORT", required = true, description = "Port to serve health and metrics on.")
    private int securePort;

    @Option(names = "--tls-cert-file", paramLabel = "FILE", required = true, description = "Certificate of this server.")
    private Path certificate = Path.of("");

    @Option(names = "--tls-private-key-file", paramLabel = "FILE", required = true, description = "Private key of this server.")
    private Path key = Path.of("");

    @Option(names = "--client-ca-file", paramLabel = "FILE", required = true, description = "Authority whose client certificates may read the metrics.")
    private Path clientAuthority = Path.of("");

    public HealthServer start() throws IOException {
        return HealthServer.start(new InetSocketAddress(bindAddress, securePort), certificate, key, clientAuthority);
    }
}
