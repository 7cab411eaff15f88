package io.moka.dns.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.moka.dns.forward.Outside.Outcome;
import io.moka.dns.wire.StoredAnswer;
import io.moka.machinery.testing.Await;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Real servers on loopback ports, of which the time to live of answers passes when a test says so.
class ForwarderTest {

    private static final String NAME = "www.example.org.";
    /// Less than the four seconds after which a question fails.
    private static final long SLOW_MACHINE_MILLIS = 3_000;

    private final VirtualTime time = new VirtualTime();
    private FakeUpstream first;
    private FakeUpstream second;
    private Forwarder forwarder;

    @BeforeEach
    void start() throws IOException {
        first = new FakeUpstream((query, tcp) -> FakeUpstream.found(query, NAME + " 60 A 192.0.2.1"));
        second = new FakeUpstream((query, tcp) -> FakeUpstream.found(query, NAME + " 60 A 192.0.2.2"));
        forwarder = forwarder(first.address(), second.address());
    }

    private Forwarder forwarder(InetSocketAddress... servers) {
        return new Forwarder(List.of(servers), time, new SimpleMeterRegistry());
    }

    @AfterEach
    void end() throws IOException {
        forwarder.close();
        first.close();
        second.close();
    }

    private static Question question() {
        return new Question(Name.fromConstantString(NAME), Type.A, false, false);
    }

    /// Code, records with their times to live.
    private String ask() {
        return text(forwarder.ask(question()));
    }

    private static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(var answer, var ttl, var source) -> Rcode.string(answer.rcode()) + answer.message(ttl).getSection(Section.ANSWER).stream()
                    .map(record -> " " + record.getTTL() + " " + record.rdataToString()).collect(Collectors.joining());
            case Outcome.Failed failed -> "failed: " + failed.why();
            case Outcome.Pending pending -> "pending";
        };
    }

    private static long millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Test
    void anAnswerIsKeptForItsTimeAndAges() {
        assertEquals("pending", text(forwarder.cached().ask(question())));
        assertEquals("NOERROR 60 192.0.2.1", ask());
        time.pass(Duration.ofSeconds(25));
        assertEquals("NOERROR 35 192.0.2.1", text(forwarder.cached().ask(question())));
        time.pass(Duration.ofSeconds(35));
        assertEquals("pending", text(forwarder.cached().ask(question())));
        assertEquals("NOERROR 60 192.0.2.1", ask());
        assertEquals(2, first.asked(NAME));
    }

    @Test
    void anAbsentNameIsKeptAsItsZoneSays() {
        first.script((query, tcp) -> FakeUpstream.absent(query));
        assertEquals("NXDOMAIN", ask());
        time.pass(Duration.ofSeconds(19));
        assertEquals("NXDOMAIN", ask());
        assertEquals(1, first.asked(NAME));
        time.pass(Duration.ofSeconds(2));
        assertEquals("NXDOMAIN", ask());
        assertEquals(2, first.asked(NAME));
    }

    @Test
    void withoutAServersAnswerAnOldOneServesForAnHour() {
        assertEquals("NOERROR 60 192.0.2.1", ask());
        first.script((query, tcp) -> null);
        second.script((query, tcp) -> null);
        time.pass(Duration.ofMinutes(10));
        assertTrue(millis(() -> assertEquals("NOERROR 30 192.0.2.1", ask())) < SLOW_MACHINE_MILLIS);
        first.script((query, tcp) -> FakeUpstream.reply(query, Rcode.SERVFAIL, Section.ANSWER));
        second.script((query, tcp) -> FakeUpstream.reply(query, Rcode.SERVFAIL, Section.ANSWER));
        assertEquals("NOERROR 30 192.0.2.1", ask());
    }

    @Test
    void aDeadServerCostsItsHeadStartOnce() {
        first.script((query, tcp) -> null);
        long once = millis(() -> assertEquals("NOERROR 60 192.0.2.2", ask()));
        assertTrue(once >= 70 && once < SLOW_MACHINE_MILLIS, once + " ms");
        time.pass(Duration.ofMinutes(2));
        assertEquals("NOERROR 60 192.0.2.2", ask());
        assertEquals(1, first.asked(NAME), "it is not asked again");
    }

    @Test
    void aServerThatAnswersItsProbeIsAskedAgain() {
        first.script((query, tcp) -> query.getQuestion().getName().equals(Name.root) ? FakeUpstream.found(query, ". 60 NS a.root.") : null);
        assertEquals("NOERROR 60 192.0.2.2", ask());
        first.script((query, tcp) -> FakeUpstream.found(query, NAME + " 60 A 192.0.2.1"));
        Await.until("the first server is asked", () -> {
            time.pass(Duration.ofMinutes(2));
            return ask().equals("NOERROR 60 192.0.2.1");
        });
    }

    @Test
    void aServerThatRefusesDatagramsCostsNothing() throws IOException {
        var closed = first.address();
        first.close();
        assertTrue(millis(() -> assertEquals("NOERROR 60 192.0.2.2", ask())) < SLOW_MACHINE_MILLIS, closed.toString());
    }

    @Test
    void aLostDatagramIsSentAgain() {
        forwarder = forwarder(first.address());
        first.script((query, tcp) -> first.asked(NAME) < 2 ? null : FakeUpstream.found(query, NAME + " 60 A 192.0.2.1"));
        long millis = millis(() -> assertEquals("NOERROR 60 192.0.2.1", ask()));
        assertTrue(millis >= 500 && millis < SLOW_MACHINE_MILLIS, millis + " ms");
        assertEquals(2, first.asked(NAME));
    }

    @Test
    void anotherServerIsAskedWhereOneFails() {
        first.script((query, tcp) -> FakeUpstream.reply(query, Rcode.SERVFAIL, Section.ANSWER));
        assertEquals("NOERROR 60 192.0.2.2", ask());
        second.script((query, tcp) -> FakeUpstream.reply(query, Rcode.REFUSED, Section.ANSWER));
        time.pass(Duration.ofHours(2));
        assertEquals("REFUSED", ask());
    }

    @Test
    void whatWasCutOffIsAskedForByTcp() {
        first.script((query, tcp) -> {
            var answer = FakeUpstream.found(query, tcp ? NAME + " 60 A 192.0.2.9" : NAME + " 60 A 192.0.2.8");
            if (!tcp) {
                answer.getHeader().setFlag(Flags.TC);
            }
            return answer;
        });
        assertEquals("NOERROR 60 192.0.2.9", ask());
    }

    @Test
    void answersToOtherQuestionsAreNotTaken() {
        first.script((query, tcp) -> {
            var other = FakeUpstream.found(query, NAME + " 60 A 192.0.2.66");
            other.getHeader().setID(query.getHeader().getID() ^ 1);
            return other;
        });
        assertEquals("NOERROR 60 192.0.2.2", ask());
    }

    @Test
    void equalQuestionsThatComeTogetherAreAskedOnce() throws Exception {
        var release = new CountDownLatch(1);
        first.close();
        first = new FakeUpstream((query, tcp) -> {
            await(release);
            return FakeUpstream.found(query, NAME + " 60 A 192.0.2.1");
        });
        forwarder = forwarder(first.address());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, 50).mapToObj(i -> threads.submit(this::ask)).toList();
            Await.until("the server was asked", () -> first.asked(NAME) == 1);
            release.countDown();
            for (var answer : answers) {
                assertEquals("NOERROR 60 192.0.2.1", answer.get());
            }
        }
        assertEquals(1, first.asked(NAME));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void withoutServersQuestionsFail() {
        forwarder = forwarder();
        assertInstanceOf(Outcome.Failed.class, forwarder.ask(question()));
    }

    @Test
    void aServerThatLeadsBackIsNotAskedAgain() {
        first.script((query, tcp) -> {
            forwarder.cameBack(query.getQuestion().getName());
            return FakeUpstream.reply(query, Rcode.REFUSED, Section.ANSWER);
        });
        forwarder.checkLoops();
        Await.until("the loop is found", () -> {
            time.pass(Duration.ofHours(2));
            long before = first.asked(NAME);
            return ask().equals("NOERROR 60 192.0.2.2") && first.asked(NAME) == before;
        });
    }

    @Test
    void theCacheIsBounded() throws IOException {
        var cache = new AnswerCache(time);
        var query = Message.newQuery(Record.newRecord(Name.fromConstantString(NAME), Type.TXT, 1));
        var big = StoredAnswer.of(FakeUpstream.found(query, NAME + " 60 TXT " + ("\"" + "x".repeat(250) + "\" ").repeat(40)));
        for (int i = 0; i < 2_000; i++) {
            cache.put(new Question(Name.fromString("n" + i + ".org."), Type.TXT, false, false), big);
        }
        assertTrue(cache.size() > 500 && cache.size() < 900, cache.size() + " answers of 10 KiB");
    }
}
