package io.moka.dns.forward;

import io.micrometer.core.instrument.MeterRegistry;
import io.moka.dns.wire.StoredAnswer;
import io.moka.machinery.thread.TaskThread;
import io.moka.machinery.time.TimeSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Forwards questions to the upstream servers, through a cache. [#cached()] answers from the cache alone, without waiting; [#ask(Question)] may wait.
public final class Forwarder implements Outside, AutoCloseable {

    private static final int MOST_WAITING = 1_000;
    private static final Duration LONGEST_WAIT = Duration.ofMillis(4_500);
    /// Time that the upstream servers have before a stale answer is given instead.
    private static final Duration STALE_WAIT = Duration.ofMillis(300);

    private final Upstreams upstreams;
    private final AnswerCache cache;
    private final ForwardMetrics metrics;
    private final Semaphore places = new Semaphore(MOST_WAITING);
    private final Map<Question, Flight> flights = new ConcurrentHashMap<>();

    public Forwarder(List<InetSocketAddress> servers, TimeSource time, MeterRegistry registry) {
        this.upstreams = new Upstreams(servers, time);
        this.cache = new AnswerCache(time);
        this.metrics = new ForwardMetrics(registry, cache);
    }

    /// A question that is being forwarded, shared by all callers that ask it.
    private static final class Flight {
        private final CountDownLatch landed = new CountDownLatch(1);
        private volatile Race.@Nullable Result result;
    }

    /// Sends the loop checks, which find upstream servers that forward to this server. To be called once this server answers queries.
    public void checkLoops() {
        upstreams.checkLoops();
    }

    /// Whether the question is one of this server's loop checks that an upstream server has sent back.
    public boolean cameBack(Name name) {
        return upstreams.cameBack(name);
    }

    /// Returns a view that answers from the cache alone, without waiting.
    public Outside cached() {
        return question -> {
            var hit = cache.get(question);
            return hit == null || hit.stale() ? new Outcome.Pending() : kept(hit);
        };
    }

    @Override
    public Outcome ask(Question question) {
        var hit = cache.get(question);
        if (hit != null && !hit.stale()) {
            return kept(hit);
        }
        metrics.miss();
        if (flights.size() >= MOST_WAITING || !places.tryAcquire()) {
            metrics.rejected();
            return new Outcome.Failed("more than " + MOST_WAITING + " questions wait for upstream servers");
        }
        try {
            return outcome(await(question, hit == null ? LONGEST_WAIT : STALE_WAIT), hit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("interrupted");
        } finally {
            places.release();
        }
    }

    private Outcome kept(AnswerCache.Hit hit) {
        metrics.hit(hit.answer().isNegative());
        return new Outcome.Answered(hit.answer(), hit.ttl(), "kept");
    }

    private Outcome outcome(Race.@Nullable Result result, AnswerCache.@Nullable Hit stale) {
        if (result instanceof Race.Result.Won(var answer, var server)) {
            return new Outcome.Answered(answer, LongUnaryOperator.identity(), server.toString());
        }
        if (stale != null) {
            metrics.servedStale();
            return new Outcome.Answered(stale.answer(), stale.ttl(), "kept, out of date");
        }
        if (result instanceof Race.Result.Lost(var answer, var why)) {
            return answer == null ? new Outcome.Failed(why) : new Outcome.Answered(answer, LongUnaryOperator.identity(), why);
        }
        return new Outcome.Failed("no server answered in time");
    }

    /// Returns the result of the race; null when it takes longer. The race then goes on, and its answer is cached.
    private Race.@Nullable Result await(Question question, Duration patience) throws InterruptedException {
        var own = new Flight();
        var flight = flights.computeIfAbsent(question, absent -> own);
        if (flight == own) {
            TaskThread.start("forward-" + question.name(), () -> fly(question, own));
        }
        flight.landed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        return flight.result;
    }

    private void fly(Question question, Flight flight) {
        try {
            var result = new Race(question, upstreams, metrics).run();
            if (result instanceof Race.Result.Won(StoredAnswer answer, Upstream server)) {
                cache.put(question, answer);
            }
            flight.result = result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            flights.remove(question);
            flight.landed.countDown();
        }
    }

    @Override
    public void close() {
        upstreams.close();
    }
}
