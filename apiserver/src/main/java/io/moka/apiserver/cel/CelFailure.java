package io.moka.apiserver.cel;

/// An expression that has no value.
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
