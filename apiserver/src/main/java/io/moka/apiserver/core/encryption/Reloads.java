package io.moka.apiserver.core.encryption;

/// A running watch of a configuration file; `close` ends it.
public interface Reloads extends AutoCloseable {
    /// The value when no file is watched.
    Reloads NONE = () -> { };

    @Override
    void close();
}
