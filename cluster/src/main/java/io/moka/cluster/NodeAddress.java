package io.moka.cluster;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.regex.Pattern;

/// Finds the address by which pods and other machines reach this one.
final class NodeAddress {

    private static final Pattern VIRTUAL = Pattern.compile("(docker|moka|veth|br-|cni|virbr|flannel|cali|tun|wg).*");

    private NodeAddress() {
    }

    static String find() throws SocketException {
        var interfaces = NetworkInterface.networkInterfaces().filter(NodeAddress::isUp)
                .filter(network -> !VIRTUAL.matcher(network.getName()).matches()).toList();
        for (var network : interfaces) {
            for (var address : network.getInterfaceAddresses()) {
                if (address.getAddress() instanceof Inet4Address ip && !ip.isLoopbackAddress() && !ip.isLinkLocalAddress()) {
                    return ip.getHostAddress();
                }
            }
        }
        throw new ClusterException("this machine has no IPv4 address but loopback; pods need one to reach the apiserver (ip addr add ...)");
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }
}
