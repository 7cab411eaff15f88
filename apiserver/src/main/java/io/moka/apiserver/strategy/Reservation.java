package io.moka.apiserver.strategy;

/// Something that was taken for an object which is about to be written.
public interface Reservation extends AutoCloseable {
    Reservation NONE = new Reservation() {
        @Override
        public void committed(long revision) {}

        @Override
        public void close() {}
    };

    /// The object has been written at this revision; the reservation stays until the caches know.
    void committed(long revision);

    /// Gives up what was not committed.
    @Override
    void close();
}
