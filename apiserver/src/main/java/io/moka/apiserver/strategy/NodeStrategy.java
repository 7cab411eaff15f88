package io.moka.apiserver.strategy;

/// A kubelet may register its node with all that it knows of it.
final class NodeStrategy implements Strategy {
    @Override
    public boolean keepsFirstStatus() {
        return true;
    }
}
