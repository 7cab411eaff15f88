package io.moka.cni;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The verb GC: removes everything that belongs to no attachment on the runtime's list.
record Gc(NetworkConfig network) {

    private record Key(String containerId, String interfaceName) {
    }

    JsonObject run() throws IOException {
        var valid = valid();
        for (var holder : holders()) {
            if (!valid.contains(new Key(holder.containerId(), holder.interfaceName()))) {
                new Del(network, holder).run();
            }
        }
        releaseOwnerless(valid);
        return JsonObject.empty();
    }

    private List<Attachment> holders() throws IOException {
        try (var addresses = Addresses.open(network)) {
            return addresses.holders();
        }
    }

    private void releaseOwnerless(Set<Key> valid) throws IOException {
        try (var addresses = Addresses.open(network)) {
            var known = addresses.holders().stream().map(holder -> new Key(holder.containerId(), holder.interfaceName())).toList();
            if (known.containsAll(valid)) {
                addresses.releaseOwnerless();
            }
        }
    }

    private Set<Key> valid() {
        var keys = new HashSet<Key>();
        for (var attachment : network.validAttachments()) {
            keys.add(new Key(attachment.text("containerID", ""), attachment.text("ifname", "")));
        }
        return keys;
    }
}
