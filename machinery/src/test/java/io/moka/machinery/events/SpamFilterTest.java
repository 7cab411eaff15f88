package io.moka.machinery.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The token buckets of events: 25 at once for each object, and one more each five minutes.
class SpamFilterTest {

    private final VirtualTime time = new VirtualTime();
    private final SpamFilter filter = new SpamFilter(time);

    private int admitted(String object, int events) {
        int admitted = 0;
        for (int i = 0; i < events; i++) {
            admitted += filter.admit(object) ? 1 : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0", "PT4M59S, 0", "PT5M, 1", "PT14M, 2", "PT1H, 12", "PT125M, 25", "P30D, 25"})
    void anEmptyBucketIsFilledWithTimeAndNoFurther(Duration pause, int events) {
        assertEquals(25, admitted("a", 40));
        time.pass(pause);
        assertEquals(events, admitted("a", 40));
    }

    @Test
    void aRefusedEventCostsNoToken() {
        admitted("a", 25);
        for (int i = 0; i < 4; i++) {
            time.pass(Duration.ofMinutes(1));
            assertFalse(filter.admit("a"));
        }
        time.pass(Duration.ofMinutes(1));
        assertTrue(filter.admit("a"));
    }

    @Test
    void ofManyObjectsTheOneThatWasQuietLongestIsForgotten() {
        admitted("a", 25);
        admitted("b", 25);
        for (int i = 0; i < 4_094; i++) {
            filter.admit("object-" + i);
        }
        assertFalse(filter.admit("a"), "4,096 objects are remembered");
        filter.admit("one more");
        assertFalse(filter.admit("a"), "it was used since");
        assertEquals(25, admitted("b", 40), "it is forgotten, and begins anew");
    }
}
