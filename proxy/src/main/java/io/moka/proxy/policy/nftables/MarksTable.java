package io.moka.proxy.policy.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.policy.model.Address;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// The table through which the network plugin and the agent communicate; it exists while there are policies.
///
/// Before it connects a pod, the plugin adds the pod's address to `pods`, with the pod's uid as comment, and to `unjudged`. While it is in `unjudged`, no
/// packet of the pod is forwarded. The transaction that adds the pod's rules removes the address from `unjudged`, and the plugin, which has waited for that,
/// lets the pod's containers start. What is in `pods` stays until the pod's network is taken back: from it an agent that is started again knows pods whose
/// address no status names yet.
///
/// @param inOutput whether packets of pods may pass the hook output instead of forward
record MarksTable(String name, boolean inOutput) {

    private static final JsonMapper JSON = new JsonMapper();

    /// Makes the table, or leaves it as it is with its elements.
    String definition() {
        return """
                add table ip %1$s
                add set ip %1$s pods { type ipv4_addr; }
                add set ip %1$s unjudged { type ipv4_addr; }
                """.formatted(name) + chain("forward", "") + (inOutput ? chain("output", "add rule ip " + name + " output fib saddr type local accept\n") : "");
    }

    /// @param first the rules before all others
    private String chain(String hook, String first) {
        return """
                add chain ip %1$s %2$s { type filter hook %2$s priority filter - 20; policy accept; }
                flush chain ip %1$s %2$s
                %3$sadd rule ip %1$s %2$s meta l4proto icmp accept
                add rule ip %1$s %2$s ip saddr @unjudged drop
                add rule ip %1$s %2$s ip daddr @unjudged drop
                """.formatted(name, hook, first);
    }

    /// Removes the table, whether it is there or not.
    String removal() {
        return "add table ip %1$s\ndelete table ip %1$s\n".formatted(name);
    }

    /// Lets the packets of these addresses pass. Addresses that are no longer marked are allowed: the plugin may have removed a pod meanwhile.
    String release(Collection<Address> addresses) {
        if (addresses.isEmpty()) {
            return "";
        }
        var elements = addresses.stream().map(Address::toString).collect(Collectors.joining(", "));
        return "add element ip %1$s unjudged { %2$s }\ndelete element ip %1$s unjudged { %2$s }\n".formatted(name, elements);
    }

    /// Reads the plugin's marks; returns none if there is no table.
    Marks read(Tools tools) throws IOException {
        var listing = tools.run(List.of("nft", "-j", "list", "table", "ip", name), "");
        if (listing.status() != 0) {
            return Marks.NONE;
        }
        var pods = new HashMap<Address, String>();
        var unjudged = new HashSet<Address>();
        for (var item : JSON.readTree(listing.output()).path("nftables")) {
            for (var element : item.path("set").path("elem")) {
                if (item.path("set").path("name").asText().equals("pods")) {
                    pods.put(address(element), element.path("elem").path("comment").asText());
                } else {
                    unjudged.add(address(element));
                }
            }
        }
        return new Marks(pods, unjudged);
    }

    /// Parses an element of a set: an object if the element has a comment, else a string.
    private static Address address(JsonNode element) throws IOException {
        try {
            return Address.parse(element.isTextual() ? element.asText() : element.path("elem").path("val").asText());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
