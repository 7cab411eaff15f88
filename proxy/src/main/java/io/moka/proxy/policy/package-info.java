/// Enforces NetworkPolicy on one node: an agent watches policies, pods and namespaces, and keeps the kernel's tables in step with them.
///
/// Promises:
/// - a pod that starts on the node never sends or gets a forbidden packet, and allowed connections work from its first instruction on: the network plugin drops
///   the pod's packets and delays its containers until the agent has written the pod's rules;
/// - while the agent does not run, the rules stay unchanged; a pod that starts meanwhile waits, and if that takes too long its sandbox fails with an event that
///   names the reason, and the kubelet tries again;
/// - an agent that starts changes nothing until it knows all objects, and then replaces all in one transaction;
/// - a change of the rules holds for established connections, too;
/// - without any policy in the cluster the kernel has no rules, pods are not watched, and no pod waits. So the promise for a starting pod holds once the agent
///   has seen the cluster's first policy, some milliseconds after its creation; Kubernetes promises no more.
///
/// The agent runs in the proxy's process, which is the node's process for the kernel's network: a separate process would cost each node another Java machine
/// and another identity. The agent shares no state with the part for services, only the package `kernel` that starts the tools, so either can be replaced
/// alone.
///
/// Upstream has no agent for NetworkPolicy in its components; network plugins bring their own. Read [PolicyLoop] first, then `model` and `nftables`.
@NullMarked
package io.moka.proxy.policy;

import org.jspecify.annotations.NullMarked;
