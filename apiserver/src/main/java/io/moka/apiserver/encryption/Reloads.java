package io.moka.apiserver.encryption;

/// Follows a file until it is closed.
public interface Reloads extends AutoCloseable {
    /// For those who follow nothing.
    Reloads NONE = () -> { };

    @Override
    void close();
}
