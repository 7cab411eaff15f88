package io.moka.apiserver.strategy;

/// The kinds whose only peculiarities are these.
record PlainStrategy(boolean hasGeneration, boolean createsOnUpdate, boolean updatesUnconditionally) implements Strategy {}
