package io.moka.apiserver.admission.podsecurity;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.moka.apiserver.core.admission.AdmissionRequest;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the decisions of PodSecurity, under upstream's metric names.
final class Evaluations {
    private final MeterRegistry metrics;
    private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

    /// @param decision `allow`, `deny`, or `exempt` when no rule was evaluated
    private record Series(String decision, String mode, Level level, String version, String operation, String resource, String subresource) {}

    Evaluations(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void decided(boolean allowed, String mode, LevelVersion level, AdmissionRequest request) {
        count(allowed ? "allow" : "deny", mode, level, request);
    }

    void exempted(AdmissionRequest request) {
        count("exempt", "", LevelVersion.PRIVILEGED, request);
    }

    private void count(String decision, String mode, LevelVersion level, AdmissionRequest request) {
        String resource = request.isCore("pods") ? "pod" : "controller";
        counters.computeIfAbsent(new Series(decision, mode, level.level(), version(level), request.operation().name(), resource, request.subresource()), this::counter).increment();
    }

    /// Returns the version for the metric: unknown versions count as one, so that labels of namespaces cannot create ever more series.
    private static String version(LevelVersion level) {
        return level.minor() > Standards.NEWEST && level.minor() != LevelVersion.LATEST ? "future" : level.versionText();
    }

    private Counter counter(Series series) {
        boolean exempt = series.decision().equals("exempt");
        Counter.Builder counter = Counter.builder(exempt ? "pod_security_exemptions" : "pod_security_evaluations")
                .tags("request_operation", series.operation().toLowerCase(Locale.ROOT), "resource", series.resource(), "subresource", series.subresource());
        if (!exempt) {
            counter.tags("decision", series.decision(), "mode", series.mode(), "policy_level", series.level().toString(), "policy_version", series.version());
        }
        return counter.register(metrics);
    }
}
