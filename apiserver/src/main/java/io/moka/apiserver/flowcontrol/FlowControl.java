package io.moka.apiserver.flowcontrol;

import io.moka.apiserver.authz.Attributes;

/// Decides when a request may be worked on.
public interface FlowControl {

    /// The outcome of asking for a place. The uids tell the client what was decided by; they are empty where nothing was.
    sealed interface Admission {

        /// @param release to be run once, when the request has been worked on
        record Admitted(Runnable release, String schemaUid, String levelUid) implements Admission {}

        /// @param reason `queue-full`, `concurrency-limit` or `time-out`
        record Refused(String reason, String schemaUid, String levelUid) implements Admission {}
    }

    /// Waits for a place if need be.
    ///
    /// @param listLimit      the most objects that a list asks for, 0 for all
    /// @param waitUntilNanos on the scale of [System#nanoTime()]
    Admission enter(Attributes request, long listLimit, long waitUntilNanos);
}
