package io.moka.proxy.path;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.IpFamily;

/// The beginning of a connection.
sealed interface Origin {

    /// A documentation address that stands for clients that no rule names.
    String SOMEWHERE = "192.0.2.1";

    record OfPod(ObjectKey key) implements Origin {
    }

    record OfNode(String name) implements Origin {
    }

    /// A client outside the cluster.
    record Outside(String address) implements Origin {
    }

    /// Reads `pod/NAME`, `pod/NAMESPACE/NAME`, `node/NAME`, `outside` or `outside/ADDRESS`.
    ///
    /// @throws IllegalArgumentException for anything else
    static Origin parse(String text, String namespace) {
        var parts = text.split("/");
        switch (parts[0]) {
            case "pod", "pods", "po" -> {
                if (parts.length == 2) {
                    return new OfPod(new ObjectKey(namespace, parts[1]));
                }
                if (parts.length == 3) {
                    return new OfPod(new ObjectKey(parts[1], parts[2]));
                }
            }
            case "node", "nodes", "no" -> {
                if (parts.length == 2) {
                    return new OfNode(parts[1]);
                }
            }
            case "outside" -> {
                if (parts.length == 1) {
                    return new Outside(SOMEWHERE);
                }
                if (parts.length == 2 && IpFamily.of(parts[1]).isAddress(parts[1])) {
                    return new Outside(parts[1]);
                }
            }
            default -> {
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no place to begin at: pod/NAME, node/NAME, outside or outside/ADDRESS");
    }
}
