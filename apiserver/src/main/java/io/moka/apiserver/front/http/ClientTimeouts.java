package io.moka.apiserver.front.http;

import java.time.Duration;

/// The time that a client has for its part of an exchange before its connection is closed.
///
/// @param head until the first request's head has arrived
/// @param body from the end of a request's head to the end of its body; in HTTP/2 only the stream is reset, within twice that time
/// @param idle from the end of an answer to the end of the next request's head
public record ClientTimeouts(Duration head, Duration body, Duration idle) {
    /// The default times. Upstream allows 32 s for a head and, for lack of a limit of its own, 60 s for a body.
    public static final ClientTimeouts DEFAULT = new ClientTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(90));
}
