package io.moka.dns.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Rcode;

/// Metrics of forwarded queries, under CoreDNS' names.
final class ForwardMetrics {

    private final MeterRegistry registry;
    private final Counter hits;
    private final Counter denials;
    private final Counter misses;
    private final Counter stale;
    private final Counter rejects;

    ForwardMetrics(MeterRegistry registry, AnswerCache cache) {
        this.registry = registry;
        this.hits = Counter.builder("coredns.cache.hits").tag("type", "success").register(registry);
        this.denials = Counter.builder("coredns.cache.hits").tag("type", "denial").register(registry);
        this.misses = Counter.builder("coredns.cache.misses").register(registry);
        this.stale = Counter.builder("coredns.cache.served.stale").register(registry);
        this.rejects = Counter.builder("coredns.forward.max.concurrent.rejects").register(registry);
        Gauge.builder("coredns.cache.entries", cache, AnswerCache::size).register(registry);
    }

    void hit(boolean negative) {
        (negative ? denials : hits).increment();
    }

    void miss() {
        misses.increment();
    }

    void servedStale() {
        stale.increment();
    }

    void rejected() {
        rejects.increment();
    }

    void answered(Upstream server, int rcode, long nanos) {
        Timer.builder("coredns.proxy.request.duration").tag("proxy_name", "forward").tag("to", server.toString()).tag("rcode", Rcode.string(rcode))
                .register(registry).record(nanos, TimeUnit.NANOSECONDS);
    }

    void silent(Upstream server) {
        Counter.builder("coredns.proxy.healthcheck.failures").tag("proxy_name", "forward").tag("to", server.toString()).register(registry).increment();
    }
}
