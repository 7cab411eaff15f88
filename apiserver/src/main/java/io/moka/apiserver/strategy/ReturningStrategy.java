package io.moka.apiserver.strategy;

/// The kinds that answer a delete with the deleted object.
final class ReturningStrategy implements Strategy {
    @Override
    public boolean returnsDeleted() {
        return true;
    }
}
