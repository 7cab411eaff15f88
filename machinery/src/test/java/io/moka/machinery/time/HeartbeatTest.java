package io.moka.machinery.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    @Test
    void isOverdueAfterTheLongestTimeAndNoMoreAfterTheNextBeat() {
        // the monotonic clock may begin anywhere, also shortly before its numbers begin anew
        var nanos = new AtomicLong(Long.MAX_VALUE - 1);
        var looks = new Heartbeat("a look", Duration.ofSeconds(30), nanos::get);
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertNull(looks.problem());
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertEquals("a look last succeeded 31 s ago", looks.problem());
        looks.beat();
        assertNull(looks.problem());
    }
}
