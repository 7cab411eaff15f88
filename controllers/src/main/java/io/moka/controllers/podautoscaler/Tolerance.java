package io.moka.controllers.podautoscaler;

/// The deviation from a target that leads to no scaling, as a share of the target.
record Tolerance(double down, double up) {

    static final Tolerance STANDARD = new Tolerance(0.1, 0.1);

    boolean allows(double usageRatio) {
        return usageRatio >= 1 - down && usageRatio <= 1 + up;
    }
}
