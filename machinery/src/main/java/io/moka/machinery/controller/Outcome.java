package io.moka.machinery.controller;

import java.time.Duration;
import java.time.Instant;

/// The outcome of a reconciliation. Instead of returning an outcome, a reconciler may throw an exception: then the key is retried with a growing back-off.
public sealed interface Outcome {

    /// The actual state matches the desired state, as far as is known; the next event triggers the next reconciliation.
    record Done() implements Outcome {
    }

    /// Reconcile again after this delay, even if nothing happens.
    record RequeueAfter(Duration delay) implements Outcome {
    }

    /// Reconcile again at this instant of the wall clock, also if that clock is set in the meantime.
    record RequeueAt(Instant instant) implements Outcome {
    }

    /// A retry cannot help until the object is changed; the reason is logged once.
    record Terminal(String reason) implements Outcome {
    }

    Outcome DONE = new Done();

    static Outcome requeueAfter(Duration delay) {
        return new RequeueAfter(delay);
    }

    static Outcome requeueAt(Instant instant) {
        return new RequeueAt(instant);
    }

    static Outcome terminal(String reason) {
        return new Terminal(reason);
    }
}
