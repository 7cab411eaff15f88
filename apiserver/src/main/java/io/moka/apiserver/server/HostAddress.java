package io.moka.apiserver.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

/// Finds the address at which other hosts reach this host.
final class HostAddress {
    private static final String LOOPBACK = "127.0.0.1";

    private HostAddress() {}

    /// Returns the first IPv4 address of an interface that is up and is not a loopback interface; the loopback address when there is none.
    static String find() {
        try {
            for (NetworkInterface candidate : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (candidate.isUp() && !candidate.isLoopback()) {
                    for (InetAddress address : Collections.list(candidate.getInetAddresses())) {
                        if (address instanceof Inet4Address && !address.isLinkLocalAddress()) {
                            return address.getHostAddress();
                        }
                    }
                }
            }
        } catch (SocketException unreadable) {
            throw new IllegalStateException("cannot read the host's addresses; give --advertise-address", unreadable);
        }
        return LOOPBACK;
    }
}
