package io.moka.apiserver.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log: begins a trail for each request that the policy wants written.
public final class Auditor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

    private final AuditPolicy policy;
    private final List<AuditSink> sinks;
    private final Counter events;
    private final InstantSource clock;

    private Auditor(AuditPolicy policy, List<AuditSink> sinks, InstantSource clock, MeterRegistry metrics) {
        this.policy = policy;
        this.sinks = sinks;
        this.clock = clock;
        events = Counter.builder("apiserver_audit_event").register(metrics);
    }

    /// @throws IOException when the policy cannot be read, the log not be written or the webhook's configuration not be understood
    public static Auditor open(AuditOptions options, InstantSource clock, MeterRegistry metrics) throws IOException {
        AuditPolicy policy = AuditPolicy.read(Objects.requireNonNull(options.policyFile));
        List<AuditSink> sinks = new ArrayList<>();
        if (options.logPath != null) {
            sinks.add(new LogSink(options, clock, metrics));
        }
        Path webhook = options.webhook.configFile;
        if (webhook != null) {
            sinks.add(new WebhookSink(options.webhook, metrics));
        }
        return new Auditor(policy, List.copyOf(sinks), clock, metrics);
    }

    /// The trail of a request, null when nothing is to be written of it.
    public @Nullable AuditTrail begin(AuditedRequest request) {
        AuditPolicy.Verdict verdict = policy.of(request.attributes());
        return verdict.level() == Level.NONE ? null : new AuditTrail(request, verdict, this::write, clock);
    }

    private boolean write(AuditEvent event) {
        events.increment();
        boolean kept = true;
        for (AuditSink sink : sinks) {
            kept &= sink.write(event);
        }
        return kept;
    }

    /// Writes what waits to be written.
    @Override
    public void close() {
        for (AuditSink sink : sinks) {
            try {
                sink.close();
            } catch (IOException failed) {
                LOG.error("The audit log cannot be closed: {}", failed.getMessage());
            }
        }
    }
}
