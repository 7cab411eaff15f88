package io.moka.apiserver.rest;

/// Where the events of one watch go: the body of an answer, or the messages of a WebSocket. Used by one thread at a time.
interface WatchSink {

    /// @param room run when the client takes more again after [#full]
    /// @param gone run when the client has left, even if it has by now
    void listen(Runnable room, Runnable gone);

    /// True while the client reads slower than it is sent.
    boolean full();

    /// Takes an event, which is sent at the latest by [#flush].
    ///
    /// @param head all that comes before the object
    void event(byte[] head, byte[] object);

    void flush();

    /// Nothing more will come.
    void close();
}
