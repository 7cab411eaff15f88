package io.moka.proxy.model;

import java.util.List;

/// The clients that a front admits.
public sealed interface Sources {

    Sources ANYONE = new Anyone();

    /// The front is open to all.
    record Anyone() implements Sources {
    }

    /// Only clients within these ranges, which do not overlap; packets of other clients are dropped. An empty list admits no client.
    record Ranges(List<String> cidrs) implements Sources {
    }
}
