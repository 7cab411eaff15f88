package io.moka.apiserver.kinds.strategy;

import io.moka.apiserver.core.strategy.Strategy;

/// The strategy of nodes: a create keeps the status, since a kubelet registers its node together with it.
public final class NodeStrategy implements Strategy {
    @Override
    public boolean keepsFirstStatus() {
        return true;
    }
}
