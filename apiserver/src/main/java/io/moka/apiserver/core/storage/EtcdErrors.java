package io.moka.apiserver.core.storage;

import io.etcd.jetcd.common.exception.CompactedException;
import io.moka.apiserver.core.storage.StoreUnavailableException.Reason;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/// Converts jetcd's exceptions to those of a [Store].
final class EtcdErrors {
    static final String TOO_LARGE = "etcdserver: request is too large";
    private static final String LEASE_GONE = "etcdserver: requested lease not found";
    static final String TIMED_OUT = "etcdserver: request timed out";

    private EtcdErrors() {}

    static RuntimeException translate(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && !(cause instanceof CompactedException)) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return new StoreUnavailableException(Reason.TIMED_OUT, TIMED_OUT, thrown);
        }
        String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        if (cause instanceof CompactedException || message.contains("required revision has been compacted")) {
            return new io.moka.apiserver.core.storage.CompactedException(message);
        }
        String plain = message.replaceFirst("^[A-Z_]+: ", "");
        return new StoreUnavailableException(reason(plain), plain, thrown);
    }

    /// Returns the reason for an error. etcd distinguishes these only by fixed texts: many have the same gRPC code. No code above the store reads the texts.
    private static Reason reason(String etcdsText) {
        if (etcdsText.startsWith(TOO_LARGE)) {
            return Reason.TOO_LARGE;
        }
        if (etcdsText.startsWith(LEASE_GONE)) {
            return Reason.LEASE_GONE;
        }
        return etcdsText.startsWith(TIMED_OUT) ? Reason.TIMED_OUT : Reason.UNAVAILABLE;
    }
}
