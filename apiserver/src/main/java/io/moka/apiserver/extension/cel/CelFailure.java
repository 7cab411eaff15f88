package io.moka.apiserver.extension.cel;

/// Thrown when the evaluation of an expression fails.
public final class CelFailure extends Exception {
    private final boolean outOfBudget;

    public CelFailure(String message, boolean outOfBudget) {
        super(message);
        this.outOfBudget = outOfBudget;
    }

    public boolean outOfBudget() {
        return outOfBudget;
    }
}
