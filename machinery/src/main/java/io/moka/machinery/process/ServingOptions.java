package io.moka.machinery.process;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.pki.Pem;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
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

    @Option(names = "--requestheader-client-ca-file", paramLabel = "FILE",
            description = "Authority of the front proxies: an apiserver that shows a certificate of it is believed who asks.")
    private @Nullable Path frontProxyAuthority;

    @Option(names = "--requestheader-allowed-names", paramLabel = "NAME", split = ",", defaultValue = "front-proxy-client",
            description = "Common names that a front proxy's certificate may have (${DEFAULT-VALUE}).")
    private Set<String> frontProxyNames = Set.of();

    /// @param started whether the process has started; before that it is not ready
    public HealthServer start(BooleanSupplier started) throws IOException {
        return HealthServer.start(address(), started, certificate, key, authorities());
    }

    /// Like [#start], but a port that is in use is no error: the process works, and its server is there once the port is free.
    ///
    /// @param started whether the process has started; before that it is not ready
    public HealthServer startOnceFree(BooleanSupplier started) throws IOException {
        return HealthServer.startOnceFree(address(), started, Sleeper.SYSTEM, certificate, key, authorities());
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(bindAddress, securePort);
    }

    private Path[] authorities() {
        return frontProxyAuthority == null ? new Path[] {clientAuthority} : new Path[] {clientAuthority, frontProxyAuthority};
    }

    /// Whether an apiserver may pass requests on to this process.
    public boolean believesFrontProxies() {
        return frontProxyAuthority != null;
    }

    /// Authenticates and authorises the readers of pages of this server through the apiserver.
    public DelegatedAccess access(ApiClient client) throws IOException {
        return new DelegatedAccess(client, Pem.certificates(Files.readAllBytes(clientAuthority)),
                frontProxyAuthority == null ? List.of() : Pem.certificates(Files.readAllBytes(frontProxyAuthority)), frontProxyNames);
    }
}
