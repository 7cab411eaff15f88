package io.moka.apiserver.core.storage;

import java.time.Duration;
import java.util.List;

/// A running watch of a [Store], read by one thread.
public interface StoreWatch extends AutoCloseable {

    sealed interface Change {
        String key();

        long revision();
    }

    record Put(String key, byte[] bytes, long revision) implements Change {}

    record Removed(String key, long revision) implements Change {}

    /// Returns the next changes; waits up to `patience` for the first, and returns none when there were none by then. Changes of one revision are in one batch.
    ///
    /// @throws CompactedException        when changes have been lost to compaction; the caller must list again
    /// @throws StoreUnavailableException when the watch has failed for another reason; the caller must watch again from the last revision seen
    List<Change> take(Duration patience) throws InterruptedException;

    @Override
    void close();
}
