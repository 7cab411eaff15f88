package io.moka.apiserver.admission.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.moka.apiserver.core.admission.AdmissionRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Counts and times calls of webhooks and their outcomes, under upstream's metric names.
///
/// @param type `admit` or `validating`
record WebhookMetrics(MeterRegistry registry, String type) {
    /// The values of counters that are exposed as gauges, since upstream's names for them do not end in `_total` as those of all other counters do.
    private static final Map<String, AtomicLong> COUNTS = new ConcurrentHashMap<>();
    private static final Duration[] BUCKETS = {Duration.ofMillis(5), Duration.ofMillis(25), Duration.ofMillis(100), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(10), Duration.ofSeconds(25)};

    void asked(Webhook webhook, AdmissionRequest request, Answer answer, long nanos) {
        boolean rejected = answer instanceof Answer.Denied || answer instanceof Answer.Failed && !webhook.failsOpen();
        String operation = request.operation().name();
        int code = switch (answer) {
            case Answer.Allowed ignored -> 200;
            case Answer.Denied(var refusal, var ignored) -> refusal.code();
            case Answer.Failed ignored -> 500;
        };
        Timer.builder("apiserver_admission_webhook_admission_duration").tag("name", webhook.name()).tag("type", type).tag("operation", operation)
                .tag("rejected", Boolean.toString(rejected)).serviceLevelObjectives(BUCKETS).register(registry).record(nanos, TimeUnit.NANOSECONDS);
        Counter.builder("apiserver_admission_webhook_request").tags(tags(webhook)).tag("operation", operation).tag("code", Integer.toString(code))
                .tag("rejected", Boolean.toString(rejected)).register(registry).increment();
        if (rejected) {
            rejected(webhook, operation, answer instanceof Answer.Failed ? "calling_webhook_error" : "no_error", answer instanceof Answer.Failed ? 0 : code);
        } else if (answer instanceof Answer.Failed) {
            count("apiserver_admission_webhook_fail_open_count", tags(webhook));
        }
    }

    /// Counts a request that is refused because the webhook's patch could not be applied, although the webhook allowed it.
    void patchFailed(Webhook webhook, AdmissionRequest request) {
        rejected(webhook, request.operation().name(), "apiserver_internal_error", 0);
    }

    private void rejected(Webhook webhook, String operation, String errorType, int code) {
        count("apiserver_admission_webhook_rejection_count", tags(webhook).and("operation", operation, "error_type", errorType, "rejection_code", Integer.toString(code)));
    }

    private Tags tags(Webhook webhook) {
        return Tags.of("name", webhook.name(), "type", type);
    }

    private void count(String name, Tags tags) {
        COUNTS.computeIfAbsent(name + tags, ignored -> {
            AtomicLong count = new AtomicLong();
            Gauge.builder(name, count, AtomicLong::get).tags(tags).register(registry);
            return count;
        }).incrementAndGet();
    }
}
