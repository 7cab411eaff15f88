package io.moka.apiserver.extension.cel;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The cost that the evaluation of several expressions may have in total. Used by one thread.
///
/// A step costs 1, plus a tenth of the length of the value that it yields: roughly upstream's estimates.
public final class CostBudget {
    /// Upstream's limits for all rules of one object, and for one expression.
    public static final long PER_OBJECT = 10_000_000;
    public static final long PER_EXPRESSION = 1_000_000;

    private long left;

    public CostBudget(long cost) {
        left = cost;
    }

    /// Returns the budget that upstream gives the rules of one object.
    public static CostBudget perObject() {
        return new CostBudget(PER_OBJECT);
    }

    public boolean exhausted() {
        return left <= 0;
    }

    Meter meter() {
        return new Meter();
    }

    /// Thrown to end an evaluation whose budget is used up.
    static final class Exhausted extends RuntimeException {
        Exhausted() {
            super("cost budget exceeded", null, false, false);
        }
    }

    /// Counts the cost of one evaluation, which is also bounded by [#PER_EXPRESSION].
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
