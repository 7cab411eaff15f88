package io.moka.apiserver.aggregation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags, under upstream's names.
public final class AggregationOptions {
    @Option(names = "--proxy-client-cert-file", paramLabel = "FILE", description = "Our certificate for API servers behind this one.")
    public @Nullable Path proxyClientCertificate;

    @Option(names = "--proxy-client-key-file", paramLabel = "FILE", description = "Its key.")
    public @Nullable Path proxyClientKey;
}
