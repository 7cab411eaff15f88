package io.moka.apiserver.extension.aggregation;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line flags of the aggregation layer, under upstream's names.
public final class AggregationOptions {
    @Option(names = "--proxy-client-cert-file", paramLabel = "FILE", description = "Our certificate for API servers behind this one.")
    public @Nullable Path proxyClientCertificate;

    @Option(names = "--proxy-client-key-file", paramLabel = "FILE", description = "Its key.")
    public @Nullable Path proxyClientKey;

    @Option(names = "--local-api-service", paramLabel = "NAMESPACE/NAME=PORT", split = ",",
            description = "A service that APIServices name and a component of this machine is: requests go to this port of 127.0.0.1.")
    public Map<String, Integer> localServices = Map.of();
}
