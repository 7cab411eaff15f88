package io.moka.kubelet.node;

import io.moka.machinery.net.HostAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Returns the node's present address. It is read from its interface again after some seconds, since a DHCP lease may end or a laptop may change its network. It is not read each
/// time, as the JDK asks the kernel for all interfaces, and each pod has one.
public final class NodeAddress implements Supplier<String> {

    /// Stands for the interface of the default route; see [HostAddress].
    public static final String AUTO = "auto";

    private static final Logger log = LoggerFactory.getLogger(NodeAddress.class);
    private static final String LOOPBACK = "127.0.0.1";

    private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

    private final String given;
    private final boolean fixed;

    // the last address that was found, used while the interface has none
    private volatile String last = LOOPBACK;
    private volatile long readAt = System.nanoTime() - KEPT_NANOS;

    /// @param given an IPv4 address, which never changes; the name of an interface; or [#AUTO]
    public NodeAddress(String given) {
        this.given = given;
        this.fixed = given.matches("[0-9.]+|.*:.*");
    }

    @Override
    public String get() {
        if (fixed) {
            return given;
        }
        if (isOld()) {
            readAgain();
        }
        return last;
    }

    private boolean isOld() {
        return System.nanoTime() - readAt >= KEPT_NANOS;
    }

    private synchronized void readAgain() {
        if (isOld()) {
            find();
            readAt = System.nanoTime();
        }
    }

    private void find() {
        try {
            var found = given.equals(AUTO) ? HostAddress.find() : HostAddress.of(given);
            if (found != null && !found.equals(last)) {
                log.info("the node's address is {}", found);
                last = found;
            }
        } catch (IOException e) {
            log.debug("the node's address is not known: {}", e.getMessage());
        }
    }
}
