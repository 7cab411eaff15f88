package io.moka.apiserver.front.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.moka.apiserver.core.request.RequestInfo;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Counts and times requests under upstream's metric names.
public final class RequestMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(25), Duration.ofMillis(100), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(60)};

    /// The verbs as metrics name them.
    private static final Map<String, String> VERBS = Stream.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
            .collect(Collectors.toUnmodifiableMap(Function.identity(), verb -> verb.toUpperCase(Locale.ROOT)));

    private record Key(String verb, String group, String version, String resource, String subresource, int code) {}

    private final MeterRegistry registry;
    private final ConcurrentMap<Key, Timer> timers = new ConcurrentHashMap<>();
    private final AtomicInteger readingNow = new AtomicInteger();
    private final AtomicInteger changingNow = new AtomicInteger();
    private final AtomicInteger watchingNow = new AtomicInteger();

    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("apiserver_current_inflight_requests", readingNow, AtomicInteger::get).tag("request_kind", "readOnly").register(registry);
        Gauge.builder("apiserver_current_inflight_requests", changingNow, AtomicInteger::get).tag("request_kind", "mutating").register(registry);
        Gauge.builder("apiserver_longrunning_requests", watchingNow, AtomicInteger::get).register(registry);
    }

    void started(RequestInfo info) {
        inFlight(info).incrementAndGet();
    }

    private AtomicInteger inFlight(RequestInfo info) {
        return info.longRunning() ? watchingNow : info.readOnly() ? readingNow : changingNow;
    }

    void finished(RequestInfo info, int code, long nanos) {
        inFlight(info).decrementAndGet();
        if (code != 404 || info.resourceRequest()) {
            timer(info, code).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /// Returns the timer for a request. A request for an unknown resource is counted under none, so there are at most as many series as resources and verbs.
    private Timer timer(RequestInfo info, int code) {
        boolean known = info.resourceRequest() && code != 404;
        var key = new Key(VERBS.getOrDefault(info.verb(), "OTHER"),
                known ? info.group() : "", known ? info.version() : "", known ? info.resource() : "", known ? info.subresource() : "", code);
        Timer timer = timers.get(key);
        return timer != null ? timer : timers.computeIfAbsent(key, this::register);
    }

    private Timer register(Key key) {
        return Timer.builder("apiserver_request_duration")
                .tag("verb", key.verb()).tag("group", key.group()).tag("version", key.version()).tag("resource", key.resource())
                .tag("subresource", key.subresource()).tag("code", Integer.toString(key.code()))
                .serviceLevelObjectives(BUCKETS).register(registry);
    }
}
