package io.moka.apiserver.core.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The endpoints of etcd and the files for TLS, which are PEM; without them the connection is not encrypted.
public record EtcdOptions(List<String> endpoints, @Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile, Duration requestTimeout) {

    /// Returns options for etcd without TLS, for tests.
    public static EtcdOptions plain(String endpoint) {
        return new EtcdOptions(List.of(endpoint), null, null, null, Duration.ofSeconds(10));
    }
}
