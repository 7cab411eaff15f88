package io.moka.apiserver.cel;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the evaluation of some expressions together may cost. Used by one thread.
///
/// A step costs 1, and a value that it makes a tenth of its length more: roughly what upstream's estimates come to.
public final class CostBudget {
    /// For the rules of one object, and for one expression, as upstream has them.
    public static final long PER_OBJECT = 10_000_000;
    public static final long PER_EXPRESSION = 1_000_000;

    private long left;

    public CostBudget(long cost) {
        left = cost;
    }

    /// The budget that upstream gives the rules of one object.
    public static CostBudget perObject() {
        return new CostBudget(PER_OBJECT);
    }

    public boolean exhausted() {
        return left <= 0;
    }

    Meter meter() {
        return new Meter();
    }

    /// Ends an evaluation.
    static final class Exhausted extends RuntimeException {
        Exhausted() {
            super("cost budget exceeded", null, false, false);
        }
    }

    /// Counts one evaluation.
    final class Meter {
        private long leftHere = Math.min(PER_EXPRESSION, left);

        void charge(@Nullable Object value) {
            long cost = 1 + switch (value) {
                case String text -> text.length() / 10;
                case Collection<?> list -> list.size() / 10;
                case Map<?, ?> map -> map.size() / 10;
                case null, default -> 0;
            };
            left -= cost;
            leftHere -= cost;
            if (leftHere <= 0) {
                throw new Exhausted();
            }
        }

        boolean exhausted() {
            return leftHere <= 0;
        }
    }
}
