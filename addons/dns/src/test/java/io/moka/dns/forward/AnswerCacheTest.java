package io.moka.dns.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.dns.wire.StoredAnswer;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// How long answers of the upstream servers are kept, with a clock that the test moves.
class AnswerCacheTest {

    private final VirtualTime time = new VirtualTime();
    private final AnswerCache cache = new AnswerCache(time);

    private static Question question(String name) throws IOException {
        return new Question(Name.fromString(name), Type.A, false, false);
    }

    /// @param records separated by `;`, those of the authority section with `@` before them
    private static StoredAnswer answer(String rcode, String records) throws IOException {
        var message = FakeUpstream.reply(Message.newQuery(Record.newRecord(Name.fromString("a.org."), Type.A, 1)), Rcode.value(rcode), Section.ANSWER);
        for (var text : records.isEmpty() ? new String[0] : records.split("; ")) {
            var words = text.replace("@", "").split(" ", 4);
            message.addRecord(Record.fromString(Name.fromString(words[0]), Type.value(words[2]), 1, Long.parseLong(words[1]), words[3], Name.root),
                    text.startsWith("@") ? Section.AUTHORITY : Section.ANSWER);
        }
        return StoredAnswer.of(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NOERROR  | a.org. 60 A 192.0.2.1                                        | 60
            NOERROR  | a.org. 300 A 192.0.2.1; a.org. 20 A 192.0.2.2                | 20
            NOERROR  | a.org. 300 CNAME b.org.; b.org. 40 A 192.0.2.2               | 40
            NOERROR  | a.org. 86400 A 192.0.2.1                                     | 3600
            NOERROR  | a.org. 0 A 192.0.2.1                                         | 0
            NXDOMAIN | @org. 60 SOA ns.org. admin.org. 1 2 3 4 20                   | 20
            NXDOMAIN | @org. 10 SOA ns.org. admin.org. 1 2 3 4 20                   | 10
            NXDOMAIN | @org. 86400 SOA ns.org. admin.org. 1 2 3 4 86400             | 1800
            NXDOMAIN | ''                                                           | 0
            NOERROR  | @org. 60 SOA ns.org. admin.org. 1 2 3 4 20                   | 20
            NOERROR  | a.org. 15 CNAME b.org.; @org. 60 SOA ns.org. admin.org. 1 2 3 4 20 | 15
            NOERROR  | a.org. 15 CNAME b.org.                                       | 0
            NOERROR  | ''                                                           | 0
            SERVFAIL | @org. 60 SOA ns.org. admin.org. 1 2 3 4 20                   | 0
            REFUSED  | a.org. 60 A 192.0.2.1                                        | 0
            """)
    void anAnswerIsFreshForItsTimeAndServesForAnHourMore(String rcode, String records, long seconds) throws IOException {
        cache.put(question("a.org."), answer(rcode, records));
        if (seconds == 0) {
            assertNull(cache.get(question("a.org.")));
            return;
        }
        time.pass(Duration.ofSeconds(seconds - 1));
        assertFalse(cache.get(question("a.org.")).stale());
        time.pass(Duration.ofSeconds(1));
        var stale = cache.get(question("a.org."));
        assertTrue(stale.stale());
        assertEquals(30, stale.ttl().applyAsLong(86_400), "clients ask again soon");
        time.pass(Duration.ofHours(1));
        assertNotNull(cache.get(question("a.org.")));
        time.pass(Duration.ofSeconds(1));
        assertNull(cache.get(question("a.org.")));
        assertEquals(0, cache.size());
    }

    @Test
    void theTimesToLiveOfAllRecordsEndWithTheAnswer() throws IOException {
        cache.put(question("a.org."), answer("NOERROR", "a.org. 300 CNAME b.org.; b.org. 20 A 192.0.2.2"));
        time.pass(Duration.ofSeconds(5));
        var ttl = cache.get(question("a.org.")).ttl();
        assertEquals(15, ttl.applyAsLong(20));
        assertEquals(15, ttl.applyAsLong(300), "no part of an answer outlives the rest");
        time.pass(Duration.ofMillis(14_500));
        assertEquals(1, cache.get(question("a.org.")).ttl().applyAsLong(20), "less than a second is left");
    }

    @Test
    void questionsAreEqualWhateverTheCaseOfTheirNameAndDifferByTheirFlags() throws IOException {
        cache.put(question("a.org."), answer("NOERROR", "a.org. 60 A 192.0.2.1"));
        assertNotNull(cache.get(question("A.Org.")));
        assertNull(cache.get(new Question(Name.fromString("a.org."), Type.AAAA, false, false)));
        assertNull(cache.get(new Question(Name.fromString("a.org."), Type.A, true, false)), "with DNSSEC records");
        assertNull(cache.get(new Question(Name.fromString("a.org."), Type.A, false, true)), "unchecked");
    }

    @Test
    void theAnswerThatWasNotUsedForTheLongestTimeMakesRoom() throws IOException {
        var big = answer("NOERROR", "a.org. 60 TXT " + ("\"" + "x".repeat(250) + "\" ").repeat(40));
        cache.put(question("used.org."), big);
        cache.put(question("unused.org."), big);
        for (int i = 0; i < 1_000; i++) {
            cache.put(question("n" + i + ".org."), big);
            assertNotNull(cache.get(question("used.org.")));
        }
        assertNull(cache.get(question("unused.org.")));
        int full = cache.size();
        for (int i = 0; i < 1_000; i++) {
            cache.put(question("used.org."), big);
        }
        assertEquals(full, cache.size(), "an answer that is replaced takes its room once");
    }
}
