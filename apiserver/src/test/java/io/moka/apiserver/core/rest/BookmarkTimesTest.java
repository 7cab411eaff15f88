package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BookmarkTimesTest {
    private static final long INTERVAL = WatchVerb.BOOKMARK_INTERVAL.toNanos();

    private static long moment(int connection, long nanos) {
        return Math.floorMod(nanos + WatchVerb.untilBookmark(connection, nanos).toNanos(), INTERVAL);
    }

    @Test
    void allWatchesOfAConnectionGetTheirBookmarksAtOnce() {
        long first = moment(77, 5_000_000_000L);
        for (long nanos = -3 * INTERVAL; nanos < 3 * INTERVAL; nanos += INTERVAL / 13) {
            assertEquals(first, moment(77, nanos));
        }
    }

    @Test
    void theNextBookmarkIsNeverFurtherAwayThanTheInterval() {
        for (int connection = -500; connection < 500; connection++) {
            long nanos = WatchVerb.untilBookmark(connection, 1_234_567_890L * connection).toNanos();
            assertTrue(nanos > 0 && nanos <= INTERVAL, connection + ": " + nanos);
        }
    }

    /// Hash codes of objects that were made one after the other are often close to each other.
    @Test
    void connectionsAreSpreadOverTheInterval() {
        long seconds = IntStream.range(1_000, 1_060).mapToLong(connection -> moment(connection, 0) / 1_000_000_000L).distinct().count();
        assertTrue(seconds > 40, seconds + " different seconds of 60");
    }
}
