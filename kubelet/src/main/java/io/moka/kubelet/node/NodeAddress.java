package io.moka.kubelet.node;

import io.moka.machinery.net.HostAddress;
import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Returns the node's present address. The address is read from its interface each time, since a DHCP lease may end or a laptop may change its network.
public final class NodeAddress implements Supplier<String> {

    /// Stands for the interface of the default route; see [HostAddress].
    public static final String AUTO = "auto";

    private static final Logger log = LoggerFactory.getLogger(NodeAddress.class);
    private static final String LOOPBACK = "127.0.0.1";

    private final String given;

    // the last address that was found, used while the interface has none
    private volatile String last = LOOPBACK;

    /// @param given an IPv4 address, which never changes; the name of an interface; or [#AUTO]
    public NodeAddress(String given) {
        this.given = given;
    }

    @Override
    public String get() {
        if (given.matches("[0-9.]+|.*:.*")) {
            return given;
        }
        try {
            var found = given.equals(AUTO) ? HostAddress.find() : HostAddress.of(given);
            if (found != null && !found.equals(last)) {
                log.info("the node's address is {}", found);
                last = found;
            }
        } catch (IOException e) {
            log.debug("the node's address is not known: {}", e.getMessage());
        }
        return last;
    }
}
