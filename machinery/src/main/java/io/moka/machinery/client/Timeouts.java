package io.moka.machinery.client;

import java.time.Duration;

/// The time-outs of an [ApiClient].
///
/// @param call a request and the whole of its answer
/// @param list a list and the whole of its answer, which may be long
/// @param silence a watch without an event or bookmark; servers send a bookmark at least once a minute
public record Timeouts(Duration call, Duration list, Duration silence) {

    public static final Timeouts STANDARD = new Timeouts(Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofSeconds(90));
}
