package io.moka.proxy.policy.model;

import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.Set;

/// A group of this node's pods that at least one policy isolates in a direction, and all traffic that is allowed in that direction.
///
/// @param pods the addresses of the group's pods
/// @param policies the policies that select the group, in no order
public record Isolation(PodGroup group, Direction direction, Set<Address> pods, Allowance allowed, List<ObjectKey> policies) {

    /// The key of an isolation: there is at most one for each group and direction.
    public record Key(PodGroup group, Direction direction) {
    }

    public Key key() {
        return new Key(group, direction);
    }

    /// Returns the isolation of the same pods with nothing allowed.
    public Isolation closed() {
        return new Isolation(group, direction, pods, Allowance.NOTHING, policies);
    }
}
