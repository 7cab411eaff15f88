package io.moka.dns.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.testing.Await;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/// The order of two upstream servers: one that nobody listens for, and one that answers on a loopback port.
class UpstreamsTest {

    private final VirtualTime time = new VirtualTime();
    private final List<Name> asked = new CopyOnWriteArrayList<>();
    private FakeUpstream answering;
    private Upstreams upstreams;
    private Upstream dead;
    private Upstream live;

    @BeforeEach
    void start() throws IOException {
        answering = new FakeUpstream((query, tcp) -> {
            asked.add(query.getQuestion().getName());
            return FakeUpstream.reply(query, Rcode.NXDOMAIN, Section.ANSWER);
        });
        var closed = new FakeUpstream((query, tcp) -> null);
        var address = closed.address();
        closed.close();
        upstreams = new Upstreams(List.of(address, answering.address()), time);
        dead = upstreams.all().getFirst();
        live = upstreams.all().getLast();
    }

    @AfterEach
    void end() throws IOException {
        upstreams.close();
        answering.close();
    }

    @Test
    void serversAreAskedInTheOrderOfTheConfiguration() {
        assertEquals(List.of(dead, live), upstreams.order());
    }

    @Test
    void aServerThatDidNotAnswerIsLeftOutAndProbedEachHalfSecond() {
        upstreams.suspect(dead);
        assertEquals(List.of(live), upstreams.order());
        for (int i = 0; i < 3; i++) {
            time.passOnceAsleep(1, Duration.ofMillis(500));
        }
        time.awaitAsleep(1);
        upstreams.suspect(dead);
        assertEquals(List.of(live), upstreams.order(), "it is still probed, by one thread");
    }

    @Test
    void aServerThatAnswersItsProbeIsAskedAgainWhateverItAnswers() {
        upstreams.suspect(live);
        Await.until("the probe is answered", live::isHealthy);
        assertEquals(List.of(Name.root), asked);
        assertEquals(List.of(dead, live), upstreams.order());
    }

    @Test
    void ifNoServerAnswersAllAreAsked() throws IOException {
        var two = new Upstreams(List.of(address(dead), address(dead)), time);
        two.all().forEach(two::suspect);
        assertEquals(2, two.order().size());
        two.close();
    }

    private static InetSocketAddress address(Upstream upstream) {
        var words = upstream.toString().split("#");
        return new InetSocketAddress(words[0], Integer.parseInt(words[1]));
    }

    @Test
    void aServerThatSendsALoopCheckBackIsNeverAskedAgain() {
        upstreams.checkLoops();
        Await.until("the loop check arrives", () -> !asked.isEmpty());
        var nonce = asked.getFirst();
        assertFalse(upstreams.cameBack(Name.fromConstantString("example.org.")));
        assertTrue(upstreams.cameBack(Name.fromConstantString("0.loop-check.moka.invalid.")), "a check of another process is no question either");
        assertEquals(List.of(dead, live), upstreams.order());
        assertTrue(upstreams.cameBack(nonce));
        assertEquals(List.of(dead), upstreams.order());
        upstreams.suspect(dead);
        assertEquals(List.of(dead), upstreams.order(), "even if no other answers");
    }

    @Test
    void afterTheEndNothingIsProbed() {
        upstreams.close();
        upstreams.suspect(live);
        assertTrue(live.isHealthy());
        assertEquals(List.of(), asked);
    }
}
