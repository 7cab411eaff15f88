package io.moka.dns.forward;

import io.moka.dns.wire.Query;
import io.moka.dns.wire.StoredAnswer;
import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// Asks the upstream servers one question: the first server at once, each further one when the servers before it have failed or taken too long, and then all of
/// them again, since a datagram may be lost. The first usable answer wins.
final class Race {

    /// Time after which the next server is asked too, so that an unreachable server delays a question by no more than this, once.
    static final Duration HEAD_START = Duration.ofMillis(80);
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final int ROUNDS = 3;
    /// Pause before all servers are asked again when none has answered.
    private static final Duration REPETITION = Duration.ofMillis(600);
    /// Time limit when no server has answered its last probe.
    private static final Duration FORLORN_LIMIT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Race.class);

    private final Question question;
    private final List<Upstream> servers;
    private final Upstreams upstreams;
    private final ForwardMetrics metrics;
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Set<Upstream> silent = new HashSet<>();
    private int started;

    Race(Question question, Upstreams upstreams, ForwardMetrics metrics) {
        this.question = question;
        this.servers = upstreams.order();
        this.upstreams = upstreams;
        this.metrics = metrics;
    }

    /// A server's answer, or the reason why it gave none.
    private record Arrival(Upstream server, @Nullable StoredAnswer answer, String failure, boolean silent) {

        boolean isUsable() {
            return answer != null && !answer.isFailure();
        }
    }

    /// The result of the race.
    sealed interface Result {

        /// The first usable answer.
        record Won(StoredAnswer answer, Upstream server) implements Result {
        }

        /// All servers failed; when one of them failed by an answer with an error code, `answer` is that answer.
        record Lost(@Nullable StoredAnswer answer, String why) implements Result {
        }
    }

    Result run() throws InterruptedException {
        if (servers.isEmpty()) {
            return new Result.Lost(null, "there is no upstream server");
        }
        var limit = servers.stream().anyMatch(Upstream::isHealthy) ? LIMIT : FORLORN_LIMIT;
        long deadline = System.nanoTime() + limit.toNanos();
        startNext();
        Arrival last = null;
        int failed = 0;
        while (true) {
            long patience = Math.min(patience(), deadline - System.nanoTime());
            var arrival = arrivals.poll(patience, TimeUnit.NANOSECONDS);
            if (arrival != null && arrival.isUsable()) {
                silent.remove(arrival.server);
                silent.forEach(upstreams::suspect);
                return new Result.Won(arrival.answer, arrival.server);
            }
            if (arrival != null) {
                failed++;
                last = arrival;
                silent.remove(arrival.server);
                if (arrival.silent) {
                    upstreams.suspect(arrival.server);
                }
            }
            if (started < servers.size() || arrival == null && repeats() && System.nanoTime() - deadline < 0) {
                startNext();
            } else if (failed == started || System.nanoTime() - deadline >= 0) {
                silent.forEach(upstreams::suspect);
                return new Result.Lost(last == null ? null : last.answer, last == null ? "no server answered in time" : last.failure);
            }
        }
    }

    private long patience() {
        return started < servers.size() ? HEAD_START.toNanos() : repeats() ? REPETITION.toNanos() : Long.MAX_VALUE;
    }

    private boolean repeats() {
        return started < ROUNDS * servers.size();
    }

    private void startNext() {
        var server = servers.get(started++ % servers.size());
        silent.add(server);
        TaskThread.start("upstream-" + server, () -> arrivals.add(ask(server)));
    }

    private Arrival ask(Upstream server) {
        long start = System.nanoTime();
        try {
            var answer = StoredAnswer.of(server.exchange(query(), LIMIT));
            metrics.answered(server, answer.rcode(), System.nanoTime() - start);
            return new Arrival(server, answer, answer.isFailure() ? server + " answers " + Rcode.string(answer.rcode()) : "", false);
        } catch (IOException e) {
            metrics.silent(server);
            return new Arrival(server, null, server + ": " + e.getMessage(), true);
        } catch (RuntimeException e) {
            log.error("the answer of {} to {} cannot be read", server, question.name(), e);
            return new Arrival(server, null, server + ": its answer cannot be read", false);
        }
    }

    private Message query() {
        var query = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
        if (question.checkingDisabled()) {
            query.getHeader().setFlag(Flags.CD);
        }
        query.addRecord(new OPTRecord(Query.LARGEST_DATAGRAM, 0, 0, question.dnssecOk() ? ExtendedFlags.DO : 0), Section.ADDITIONAL);
        return query;
    }
}
