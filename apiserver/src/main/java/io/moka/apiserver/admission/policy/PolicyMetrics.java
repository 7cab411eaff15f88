package io.moka.apiserver.admission.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Counts evaluations of policies under upstream's metric names.
///
/// @param kind `validating` or `mutating`
record PolicyMetrics(MeterRegistry registry, String kind) {
    private static final Duration[] BUCKETS = {Duration.ofNanos(500), Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(100),
        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500)};

    /// @param enforcement `allow`, `deny`, `audit` or `warn`
    /// @param error       `no_error` or `invalid_error`
    void checked(Invocation<?> invocation, String enforcement, String error, long nanos) {
        Counter.builder("apiserver_" + kind + "_admission_policy_check").tag("policy", invocation.policy().name()).tag("policy_binding", invocation.binding().name())
                .tag("enforcement_action", enforcement).tag("error_type", error).register(registry).increment();
        Timer.builder("apiserver_" + kind + "_admission_policy_check_duration").tag("policy", invocation.policy().name()).tag("policy_binding", invocation.binding().name())
                .tag("enforcement_action", enforcement).tag("error_type", error).serviceLevelObjectives(BUCKETS).register(registry).record(nanos, TimeUnit.NANOSECONDS);
    }
}
