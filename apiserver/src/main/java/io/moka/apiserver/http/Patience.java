package io.moka.apiserver.http;

import java.time.Duration;

/// How long a client may take for what is its own to do, before its connection is closed.
///
/// @param head until the first request's head is there
/// @param body from the end of a request's head to the end of its body; of HTTP/2 the stream alone is ended, within twice that
/// @param idle from the end of an answer to the end of the next request's head
public record Patience(Duration head, Duration body, Duration idle) {
    /// Upstream's.
    public static final Patience USUAL = new Patience(Duration.ofSeconds(32), Duration.ofSeconds(60), Duration.ofSeconds(90));
}
