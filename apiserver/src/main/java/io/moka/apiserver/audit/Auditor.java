package io.moka.apiserver.audit;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The audit log: begins a trail for each request that the policy wants written.
public final class Auditor implements AutoCloseable {
    private final AuditPolicy policy;
    private final AuditSink sink;
    private final InstantSource clock;

    private Auditor(AuditPolicy policy, AuditSink sink, InstantSource clock) {
        this.policy = policy;
        this.sink = sink;
        this.clock = clock;
    }

    /// @throws IOException when the policy cannot be read or the log not be written
    public static Auditor open(AuditOptions options, InstantSource clock, MeterRegistry metrics) throws IOException {
        Path policyFile = Objects.requireNonNull(options.policyFile);
        return new Auditor(AuditPolicy.read(policyFile), new AuditSink(options, clock, metrics), clock);
    }

    /// The trail of a request, null when nothing is to be written of it.
    public @Nullable AuditTrail begin(AuditedRequest request) {
        AuditPolicy.Verdict verdict = policy.of(request.attributes());
        return verdict.level() == Level.NONE ? null : new AuditTrail(request, verdict, sink, clock);
    }

    /// Writes what waits to be written.
    @Override
    public void close() {
        sink.close();
    }
}
