package io.moka.cni;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// Reports a new address to the agent that enforces network policies on this node, through a table that the agent keeps while there are policies.
///
/// The address is marked before its cable is laid: which pod has it (`pods`), and that its packets are to be dropped (`unjudged`). The agent removes the second
/// mark in the same transaction that adds the pod's rules; until then ADD does not end, so that the pod's containers start with the final rules. If the table
/// does not exist, because there is no policy or no agent, the address is not marked and ADD does not wait.
///
/// @param table of the agent's marks; empty where the network's configuration names none
/// @param podUid empty if the runtime does not name the pod
record PolicyMark(String table, String podUid) {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final Pattern UID = Pattern.compile("(?:^|;)K8S_POD_UID=([a-zA-Z0-9-]{1,64})(?:;|$)");

    static PolicyMark of(NetworkConfig network, Map<String, String> environment) {
        var uid = UID.matcher(environment.getOrDefault("CNI_ARGS", ""));
        return new PolicyMark(network.policyTable(), uid.find() ? uid.group(1) : "");
    }

    /// Marks an address; returns false if there is no agent that could write its rules.
    ///
    /// @param nft a tool that reads rules
    boolean set(Ipv4 address, Tool nft) throws IOException {
        if (table.isEmpty() || podUid.isEmpty()) {
            return false;
        }
        var marked = nft.run(List.of("add element ip %1$s pods { %2$s comment \"%3$s\" }\nadd element ip %1$s unjudged { %2$s }".formatted(table, address, podUid)));
        if (!marked.ok() && Kernel.run(List.of("nft", "list", "set", "ip", table, "unjudged"), List.of()).ok()) {
            throw new CniException(CniException.KERNEL_REFUSED, marked.output(), "marking " + address + " for network policies");
        }
        return marked.ok();
    }

    /// Waits until the agent has judged the address, or has gone and taken its table with it. The pauses grow, as each look costs a process.
    void await(Ipv4 address) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long pause = SHORTEST_PAUSE.toNanos();
        while (Kernel.run(List.of("nft", "get", "element", "ip", table, "unjudged", "{ " + address + " }"), List.of()).ok()) {
            if (System.nanoTime() - deadline > 0) {
                throw new CniException(CniException.NOT_JUDGED, "the proxy of this node has not applied the network policies to " + address + " within "
                        + PATIENCE.toSeconds() + " s; no packet of the pod passes before that", "is the proxy running, and may it read pods and network policies?");
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
        }
    }

    /// Takes back what is marked of an address. An element is added before it is deleted, as deleting one that is not there would fail.
    static void remove(String table, Ipv4 address) throws IOException {
        if (!table.isEmpty()) {
            Kernel.tryNft("add element ip %1$s pods { %2$s }\ndelete element ip %1$s pods { %2$s }\nadd element ip %1$s unjudged { %2$s }\ndelete element ip %1$s unjudged { %2$s }"
                    .formatted(table, address));
        }
    }
}
