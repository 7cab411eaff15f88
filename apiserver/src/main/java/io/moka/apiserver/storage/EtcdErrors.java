package io.moka.apiserver.storage;

import io.etcd.jetcd.common.exception.CompactedException;
import java.util.Objects;

/// Turns what jetcd throws into what a [Store] promises to throw.
final class EtcdErrors {
    private EtcdErrors() {}

    static RuntimeException translate(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && !(cause instanceof CompactedException)) {
            cause = cause.getCause();
        }
        String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        if (cause instanceof CompactedException || message.contains("required revision has been compacted")) {
            return new io.moka.apiserver.storage.CompactedException(message);
        }
        return new StoreUnavailableException(message.replaceFirst("^[A-Z_]+: ", ""), thrown);
    }
}
