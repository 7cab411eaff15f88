package io.moka.apiserver.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where etcd is and how to speak to it. The files are PEM; without them the connection is plain.
public record EtcdOptions(List<String> endpoints, @Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile, Duration requestTimeout) {

    /// Etcd on a plain port, as tests use it.
    public static EtcdOptions plain(String endpoint) {
        return new EtcdOptions(List.of(endpoint), null, null, null, Duration.ofSeconds(10));
    }
}
