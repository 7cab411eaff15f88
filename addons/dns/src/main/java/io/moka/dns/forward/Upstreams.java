package io.moka.dns.forward;

import io.moka.machinery.thread.TaskThread;
import io.moka.machinery.time.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// The upstream servers and their state: whether each answers, and whether it forwards back to this server.
final class Upstreams implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upstreams.class);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(500);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);
    private static final Name LOOP_CHECKS = Name.fromConstantString("loop-check.moka.invalid.");

    private final List<Upstream> all;
    private final TimeSource time;
    private final Map<Name, Upstream> loopChecks = new ConcurrentHashMap<>();
    private final Map<Upstream, Thread> probes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Upstreams(List<InetSocketAddress> addresses, TimeSource time) {
        this.all = addresses.stream().map(Upstream::new).toList();
        this.time = time;
    }

    /// Returns the servers to ask, in order: those that are healthy; when none is, all that do not forward to this server.
    List<Upstream> order() {
        var usable = all.stream().filter(upstream -> !upstream.loops()).toList();
        var healthy = usable.stream().filter(Upstream::isHealthy).toList();
        if (healthy.isEmpty()) {
            return usable;
        }
        return healthy;
    }

    List<Upstream> all() {
        return all;
    }

    /// Marks a server that has not answered as unhealthy: it gets no more questions until it has answered a probe.
    void suspect(Upstream upstream) {
        if (closed) {
            return;
        }
        upstream.setHealthy(false);
        probes.computeIfAbsent(upstream, absent -> TaskThread.start("probe-" + absent, () -> probe(absent)));
    }

    private void probe(Upstream upstream) {
        try {
            while (!closed) {
                if (answersProbe(upstream)) {
                    return;
                }
                time.sleep(PROBE_PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            probes.remove(upstream);
            upstream.setHealthy(true);
        }
    }

    private static boolean answersProbe(Upstream upstream) {
        try {
            upstream.exchange(Message.newQuery(Record.newRecord(Name.root, Type.NS, DClass.IN)), PROBE_LIMIT);
            return true;
        } catch (IOException | RuntimeException e) {
            log.debug("{} does not answer: {}", upstream, e.getMessage());
            return false;
        }
    }

    /// Asks each server for a unique name: when a query for that name arrives here, that server forwards to this one.
    void checkLoops() {
        for (var upstream : all) {
            var nonce = below(Long.toHexString(ThreadLocalRandom.current().nextLong()), LOOP_CHECKS);
            loopChecks.put(nonce, upstream);
            TaskThread.start("loop-check-" + upstream, () -> {
                try {
                    upstream.exchange(Message.newQuery(Record.newRecord(nonce, Type.HINFO, DClass.IN)), PROBE_LIMIT);
                } catch (IOException | RuntimeException e) {
                    log.debug("{} does not answer: {}", upstream, e.getMessage());
                }
            });
        }
    }

    /// Whether the name is that of a loop check. The server that was asked for it forwards to this server and gets no more questions.
    boolean cameBack(Name name) {
        if (!name.subdomain(LOOP_CHECKS)) {
            return false;
        }
        var upstream = loopChecks.get(name);
        if (upstream != null && !upstream.loops()) {
            upstream.setLoops();
            log.error("the upstream server {} leads back to this server and is not asked again; the node's resolv.conf should name a server of the outside", upstream);
        }
        return true;
    }

    private static Name below(String label, Name parent) {
        try {
            return Name.fromString(label, parent);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(label, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        new ArrayList<>(probes.values()).forEach(Thread::interrupt);
    }
}
