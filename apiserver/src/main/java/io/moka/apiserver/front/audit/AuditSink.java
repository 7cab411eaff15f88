package io.moka.apiserver.front.audit;

import java.io.IOException;

/// A destination of audit events.
interface AuditSink extends AutoCloseable {
    /// @return false only if the request must not go on because the event could not be recorded; other lost events are counted
    boolean write(AuditEvent event);

    /// Writes the waiting events, within a time limit, and closes the sink.
    @Override
    void close() throws IOException;
}
