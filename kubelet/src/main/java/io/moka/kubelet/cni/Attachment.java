package io.moka.kubelet.cni;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sandbox's place in the network, as it is kept on disk.
///
/// @param capabilities the values that plugins were given
/// @param result the last plugin's answer; null from before the first plugin is called until the last has answered
public record Attachment(@JsonProperty("podUid") String podUid, @JsonProperty("sandboxId") String sandboxId,
        @JsonProperty("network") String network, @JsonProperty("arguments") String arguments,
        @JsonProperty("configuration") ObjectNode configuration, @JsonProperty("capabilities") ObjectNode capabilities,
        @JsonProperty("result") @Nullable JsonNode result) {

    Attachment in(String newNetwork) {
        return new Attachment(podUid, sandboxId, newNetwork, arguments, configuration, capabilities, result);
    }

    Attachment with(JsonNode newResult) {
        return new Attachment(podUid, sandboxId, network, arguments, configuration, capabilities, newResult);
    }

    /// The pod's addresses without their prefix lengths, IPv4 first.
    public List<String> addresses() {
        var addresses = new ArrayList<String>();
        if (result != null) {
            result.path("ips").forEach(ip -> addresses.add(ip.path("address").asText().split("/", 2)[0]));
        }
        addresses.sort((a, b) -> Boolean.compare(a.contains(":"), b.contains(":")));
        return addresses;
    }
}
