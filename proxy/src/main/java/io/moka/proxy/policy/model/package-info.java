/// Computes NetworkPolicies as data: which pods of this node are isolated in which direction, and with which peers and ports they may communicate.
///
/// Promises:
/// - every result depends on the present policies, pods and namespaces only, never on earlier states;
/// - a policy that cannot be read allows nothing and still isolates the pods it selects; all other policies are not affected;
/// - pods that the same policies must treat alike are one [PodGroup], whose rules exist once;
/// - the boxes of a group do not overlap, as the kernel's sets of ranges require.
///
/// The meaning is that of `networking.k8s.io/v1`: policies add up; without a policy for a direction a pod is open in it; an absent or empty list of peers means
/// everyone, of ports every port; `policyTypes` that are absent mean ingress, and egress where there are rules for it. Pods in the network of their node are
/// neither selected by a policy nor matched by a peer's selectors; the same holds for pods whose containers have ended.
///
/// Upstream leaves all of this to network plugins. Read [PolicyBook] first, then [Resolver].
@NullMarked
package io.moka.proxy.policy.model;

import org.jspecify.annotations.NullMarked;
