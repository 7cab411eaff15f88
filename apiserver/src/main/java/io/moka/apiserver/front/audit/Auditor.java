package io.moka.apiserver.front.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.moka.apiserver.core.request.AuditTrail;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log: begins a trail for each request that the policy wants logged.
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

    /// @throws IOException when the policy or the webhook's configuration cannot be read, or the log cannot be written
    public static Auditor open(AuditOptions options, InstantSource clock, Sleeper sleeper, MeterRegistry metrics) throws IOException {
        AuditPolicy policy = AuditPolicy.read(Objects.requireNonNull(options.policyFile));
        List<AuditSink> sinks = new ArrayList<>();
        if (options.logPath != null) {
            sinks.add(new LogSink(options, clock, metrics));
        }
        Path webhook = options.webhook.configFile;
        if (webhook != null) {
            sinks.add(new WebhookSink(options.webhook, sleeper, metrics));
        }
        return new Auditor(policy, List.copyOf(sinks), clock, metrics);
    }

    /// Returns the time of the clock that the events are stamped with.
    public Instant now() {
        return clock.instant();
    }

    /// Begins the trail of a request; null when the policy logs nothing of it.
    public @Nullable AuditTrail begin(AuditedRequest request) {
        AuditPolicy.Verdict verdict = policy.of(request.attributes());
        return verdict.level() == AuditLevel.NONE ? null : new EventTrail(request, verdict, this::write, clock);
    }

    private boolean write(AuditEvent event) {
        events.increment();
        boolean kept = true;
        for (AuditSink sink : sinks) {
            kept &= sink.write(event);
        }
        return kept;
    }

    /// Writes the waiting events and closes the log.
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
