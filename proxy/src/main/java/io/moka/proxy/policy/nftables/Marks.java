package io.moka.proxy.policy.nftables;

import io.moka.proxy.policy.model.Address;
import java.util.Map;
import java.util.Set;

/// The network plugin's marks on addresses that it has given to pods of this node.
///
/// @param pods the uid of the pod that has an address, by the address
/// @param unjudged the addresses whose packets are dropped until the agent's rules include them
public record Marks(Map<Address, String> pods, Set<Address> unjudged) {

    public static final Marks NONE = new Marks(Map.of(), Set.of());
}
