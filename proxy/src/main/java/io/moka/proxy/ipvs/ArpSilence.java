package io.moka.proxy.ipvs;

import io.moka.proxy.kernel.Tools;
import java.io.IOException;
import java.util.Set;

/// Keeps the kernel from answering ARP for some addresses, as it would for every address that it has on any interface. Programs that answer through packet
/// sockets still receive the requests. IPv6 does not need this: the kernel answers neighbour solicitations only on the interface that has the address.
final class ArpSilence {

    private final Tools tools;
    private final String table;
    // the addresses that were last written to the kernel
    private Set<String> addresses = Set.of();

    ArpSilence(Tools tools, String table) {
        this.tools = tools;
        this.table = table;
    }

    /// Replaces what an earlier process left.
    void replace(Set<String> wanted) throws IOException {
        tools.nft(removal() + (wanted.isEmpty() ? "" : """
                table arp %s {
                  chain input { type filter hook input priority 0; arp operation request arp daddr ip { %s } drop; }
                }
                """.formatted(table, String.join(", ", wanted))));
        addresses = Set.copyOf(wanted);
    }

    void update(Set<String> wanted) throws IOException {
        if (!wanted.equals(addresses)) {
            replace(wanted);
        }
    }

    private String removal() {
        return "add table arp %1$s\ndelete table arp %1$s\n".formatted(table);
    }
}
