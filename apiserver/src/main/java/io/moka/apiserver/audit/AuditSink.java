package io.moka.apiserver.audit;

import java.io.IOException;

/// Where events go.
interface AuditSink extends AutoCloseable {
    /// @return false only if the request must not go on because the event is not kept; what else is lost is counted
    boolean write(AuditEvent event);

    /// Passes on what waits, for as long as that is reasonable.
    @Override
    void close() throws IOException;
}
