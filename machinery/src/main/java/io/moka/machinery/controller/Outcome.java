package io.moka.machinery.controller;

import java.time.Duration;

/// What a reconciliation came to. An exception is the fourth outcome: try again with a growing pause.
public sealed interface Outcome {

    /// The world is as wanted, as far as can be told; the next event will call again.
    record Done() implements Outcome {
    }

    /// Look again after this long, even if nothing happens.
    record RequeueAfter(Duration delay) implements Outcome {
    }

    /// Trying again cannot help until somebody changes the object; the reason is logged once.
    record Terminal(String reason) implements Outcome {
    }

    Outcome DONE = new Done();

    static Outcome requeueAfter(Duration delay) {
        return new RequeueAfter(delay);
    }

    static Outcome terminal(String reason) {
        return new Terminal(reason);
    }
}
