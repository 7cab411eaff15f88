package io.moka.dns.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Counts requests and responses and measures durations, under CoreDNS' metric names.
final class DnsMetrics {

    private static final Duration SHORTEST = Duration.ofNanos(250_000);
    private static final int BUCKETS = 14;

    private final MeterRegistry registry;
    private final Timer durations;
    private final Map<Integer, Counter> requests = new ConcurrentHashMap<>();
    private final Map<Integer, Counter> responses = new ConcurrentHashMap<>();

    DnsMetrics(MeterRegistry registry) {
        this.registry = registry;
        var bounds = new Duration[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            bounds[i] = SHORTEST.multipliedBy(1L << i);
        }
        this.durations = Timer.builder("coredns.dns.request.duration").serviceLevelObjectives(bounds).register(registry);
    }

    void answered(int type, boolean tcp, int rcode, long nanos) {
        requests.computeIfAbsent(known(type) << 1 | (tcp ? 1 : 0), key -> Counter.builder("coredns.dns.requests").tag("type", name(key >> 1))
                .tag("proto", (key & 1) == 1 ? "tcp" : "udp").register(registry)).increment();
        finished(rcode, nanos);
    }

    /// Records a query that could not be parsed.
    void unreadable(long nanos) {
        finished(Rcode.FORMERR, nanos);
    }

    private void finished(int rcode, long nanos) {
        responses.computeIfAbsent(rcode, code -> Counter.builder("coredns.dns.responses").tag("rcode", Rcode.string(code)).register(registry)).increment();
        durations.record(nanos, TimeUnit.NANOSECONDS);
    }

    /// Unknown types are counted as one type, so that a client cannot create ever more counters.
    private static int known(int type) {
        return switch (type) {
            case Type.A, Type.AAAA, Type.SRV, Type.PTR, Type.TXT, Type.SOA, Type.NS, Type.CNAME, Type.MX, Type.ANY, Type.HTTPS, Type.DS, Type.DNSKEY -> type;
            default -> 0;
        };
    }

    private static String name(int type) {
        return type == 0 ? "other" : Type.string(type);
    }
}
