package io.moka.apiserver.front.flowcontrol;

import io.moka.apiserver.core.access.Attributes;

/// Decides when a request may be processed.
public interface FlowControl {

    /// The outcome of asking for a seat. The uids are those of the flow schema and priority level, for the client; they are empty if there were none.
    sealed interface Admission {

        /// @param release must be called once, when the request has been processed
        record Admitted(Runnable release, String schemaUid, String levelUid) implements Admission {}

        /// @param reason `queue-full`, `concurrency-limit` or `time-out`
        record Refused(String reason, String schemaUid, String levelUid) implements Admission {}
    }

    /// Asks for a seat and waits for it if necessary.
    ///
    /// @param listLimit      the maximum number of objects that a list asks for, 0 for all
    /// @param waitUntilNanos the end of the waiting time, on the scale of [System#nanoTime()]
    Admission enter(Attributes request, long listLimit, long waitUntilNanos);
}
