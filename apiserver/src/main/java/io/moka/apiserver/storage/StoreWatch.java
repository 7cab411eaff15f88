package io.moka.apiserver.storage;

import java.util.List;

/// A running watch of a [Store], read by one thread.
public interface StoreWatch extends AutoCloseable {

    sealed interface Change {
        String key();

        long revision();
    }

    record Put(String key, byte[] bytes, long revision) implements Change {}

    record Removed(String key, long revision) implements Change {}

    /// The next changes, waiting for some. Those of one revision come in one batch.
    ///
    /// @throws CompactedException        when changes have been lost to compaction: list again
    /// @throws StoreUnavailableException when the watch has broken for another reason: watch again from the last revision seen
    List<Change> take() throws InterruptedException;

    @Override
    void close();
}
