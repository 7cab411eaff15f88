package io.moka.proxy.announce;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The links of this node, opened when an address needs one.
class Links implements AutoCloseable {

    private record Key(String device, boolean ipv6) {
    }

    private final BooleanSupplier mayAnswer;
    private final Map<Key, Link> open = new HashMap<>();

    /// @param mayAnswer see [Link]
    Links(BooleanSupplier mayAnswer) {
        this.mayAnswer = mayAnswer;
    }

    /// The link to the network that the address is in; null where no interface of this node is in it, or where the address is this node's own.
    @Nullable Link of(InetAddress address) throws IOException {
        var device = NetworkInterface.getByInetAddress(address) == null ? device(address) : null;
        if (device == null) {
            return null;
        }
        boolean ipv6 = address instanceof Inet6Address;
        var key = new Key(device.getName(), ipv6);
        var link = open.get(key);
        if (link != null && link.isBroken()) {
            link.close();
            open.remove(key);
            link = null;
        }
        if (link == null) {
            link = new Link(device, ipv6 ? new NdpMessages() : new ArpMessages(), mayAnswer);
            open.put(key, link);
        }
        return link;
    }

    /// The Ethernet interface whose smallest network has the address.
    @Nullable NetworkInterface device(InetAddress address) throws SocketException {
        return NetworkInterface.networkInterfaces().filter(Links::isEthernet).filter(device -> prefix(device, address) > 0)
                .max(Comparator.comparingInt(device -> prefix(device, address))).orElse(null);
    }

    private static boolean isEthernet(NetworkInterface device) {
        try {
            var mac = device.getHardwareAddress();
            return device.isUp() && !device.isLoopback() && !device.isPointToPoint() && mac != null && mac.length == Mac.LENGTH;
        } catch (SocketException gone) {
            return false;
        }
    }

    private static int prefix(NetworkInterface device, InetAddress address) {
        return device.getInterfaceAddresses().stream().filter(own -> contains(own, address)).mapToInt(InterfaceAddress::getNetworkPrefixLength).max().orElse(0);
    }

    private static boolean contains(InterfaceAddress own, InetAddress address) {
        var a = own.getAddress().getAddress();
        var b = address.getAddress();
        int bits = own.getNetworkPrefixLength();
        if (a.length != b.length || bits == 8 * a.length) {
            return false;
        }
        int whole = bits / 8;
        return Arrays.equals(a, 0, whole, b, 0, whole) && (bits % 8 == 0 || ((a[whole] ^ b[whole]) & 0xFF) >> 8 - bits % 8 == 0);
    }

    @Override
    public void close() {
        open.values().forEach(Link::close);
        open.clear();
    }
}
