package io.moka.machinery.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the IPv4 address by which pods and other machines reach this machine: the address of the interface of the default route or, without a default route,
/// of the first interface that is up and not virtual.
public final class HostAddress {

    private static final Path ROUTES = Path.of("/proc/self/net/route");
    private static final int DESTINATION_COLUMN = 1;
    private static final int METRIC_COLUMN = 6;

    /// Interfaces of container networks and tunnels, whose addresses other machines do not reach.
    private static final Pattern VIRTUAL = Pattern.compile("(docker|moka|veth|br-|cni|virbr|flannel|cali|tun|wg).*");

    private HostAddress() {
    }

    /// Returns null if the machine has only loopback addresses.
    public static @Nullable String find() throws IOException {
        var name = interfaceOfTheDefaultRoute(Files.readAllLines(ROUTES));
        var address = name == null ? null : of(name);
        return address == null ? firstOfARealInterface() : address;
    }

    /// The first IPv4 address of an interface that other machines can reach; null if there is none, or no such interface.
    public static @Nullable String of(String interfaceName) throws SocketException {
        var found = NetworkInterface.getByName(interfaceName);
        return found == null ? null : of(found);
    }

    /// Whether an interface of this machine has the address.
    public static boolean isHere(String address) throws SocketException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).anyMatch(own -> own.getHostAddress().equals(address));
    }

    private static @Nullable String of(NetworkInterface network) {
        return network.inetAddresses().filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(address -> address.getHostAddress()).findFirst().orElse(null);
    }

    /// @param table of routes, as the kernel writes it
    static @Nullable String interfaceOfTheDefaultRoute(List<String> table) {
        return table.stream().map(line -> line.strip().split("\\s+")).filter(columns -> columns.length > METRIC_COLUMN && columns[DESTINATION_COLUMN].equals("00000000"))
                .min(Comparator.comparingLong(columns -> Long.parseLong(columns[METRIC_COLUMN]))).map(columns -> columns[0]).orElse(null);
    }

    private static @Nullable String firstOfARealInterface() throws SocketException {
        for (var network : NetworkInterface.networkInterfaces().toList()) {
            if (network.isUp() && !network.isLoopback() && !VIRTUAL.matcher(network.getName()).matches()) {
                var address = of(network);
                if (address != null) {
                    return address;
                }
            }
        }
        return null;
    }
}
