package io.moka.controllers.plan;

import io.moka.machinery.controller.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The writes of one reconciliation, in order, and the time to plan again if no event comes before.
///
/// @param lookAgain null where only an event can change the plan
public record Plan(List<Write> writes, @Nullable Instant lookAgain) {

    public static final Plan NOTHING = new Plan(List.of(), null);

    public Plan {
        writes = List.copyOf(writes);
    }

    public Outcome outcome() {
        return lookAgain == null ? Outcome.DONE : Outcome.requeueAt(lookAgain);
    }

    /// A plan under construction.
    public static final class Draft {

        private final List<Write> writes = new ArrayList<>();
        private @Nullable Instant lookAgain;

        public Draft add(Write write) {
            writes.add(write);
            return this;
        }

        /// Sets the time to plan again; of several times the earliest is used.
        public Draft lookAgain(Instant at) {
            if (lookAgain == null || at.isBefore(lookAgain)) {
                lookAgain = at;
            }
            return this;
        }

        public Plan plan() {
            return new Plan(writes, lookAgain);
        }
    }
}
