package io.moka.apiserver.kinds.strategy;

import io.moka.apiserver.core.strategy.Strategy;

/// The strategy of events, which expire after a time.
public record EventStrategy(long ttlSeconds) implements Strategy {
    @Override
    public boolean createsOnUpdate() {
        return true;
    }
}
