package io.moka.apiserver.kinds.strategy;

import io.moka.apiserver.core.strategy.Strategy;

/// The strategy of kinds whose delete is answered with the deleted object.
public final class ReturningStrategy implements Strategy {
    @Override
    public boolean returnsDeleted() {
        return true;
    }
}
