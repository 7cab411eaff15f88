package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The destination of one watch's events: the body of an answer, or the messages of a WebSocket. Used by one thread at a time.
interface WatchSink {
    Map<String, byte[]> HEADS = Stream.of("ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR")
            .collect(Collectors.toUnmodifiableMap(Function.identity(), type -> ("{\"type\":\"" + type + "\",\"object\":").getBytes(UTF_8)));

    /// @param room called when the client accepts more after [#full]
    /// @param gone called when the client has disconnected, also if it has done so already
    void listen(Runnable room, Runnable gone);

    /// Whether the client reads more slowly than events are sent.
    boolean full();

    /// Accepts an event, which is sent at the latest by [#flush]. Without effect after [#close].
    ///
    /// @param type `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`
    void event(String type, byte[] object);

    /// Sends the accepted events. Without effect after [#close].
    void flush();

    /// Ends the answer. May be called while another thread is in [#event] or [#flush], and more than once.
    void close();

    /// Returns the JSON text that precedes the object of an event.
    static byte[] head(String type) {
        return Objects.requireNonNull(HEADS.get(type));
    }
}
