package io.moka.apiserver.strategy;

/// Events live for a while only.
record EventStrategy(long ttlSeconds) implements Strategy {
    @Override
    public boolean createsOnUpdate() {
        return true;
    }
}
