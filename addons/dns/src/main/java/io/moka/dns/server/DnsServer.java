package io.moka.dns.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.moka.dns.forward.Forwarder;
import io.moka.dns.search.SearchPaths;
import io.moka.dns.zone.ClusterView;
import io.moka.dns.zone.Names;
import io.moka.machinery.time.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.xbill.DNS.Name;

/// Connects the parts of the DNS server. [#start(InetSocketAddress)] opens the UDP and the TCP socket.
public final class DnsServer implements AutoCloseable {

    private final Forwarder forwarder;
    private final Responder responder;
    private final Why why;
    private final TimeSource time;
    private UdpServer udp;
    private TcpServer tcp;

    /// @param domain the cluster's domain
    /// @param nodeDomains the search domains of the nodes' resolvers
    /// @param synced whether the view of the cluster is complete
    /// @param time tells how long clients have left their answers unread
    public DnsServer(Name domain, ClusterView cluster, BooleanSupplier synced, List<Name> nodeDomains, Forwarder forwarder, MeterRegistry registry, TimeSource time) {
        var resolver = new Resolver(new Names(domain, cluster), synced);
        var paths = new SearchPaths(domain, cluster, nodeDomains);
        this.forwarder = forwarder;
        this.time = time;
        this.responder = new Responder(resolver, paths, forwarder, new DnsMetrics(registry));
        this.why = new Why(resolver, paths, cluster, forwarder);
    }

    public void start(InetSocketAddress address) throws IOException {
        udp = UdpServer.start(address, responder);
        tcp = TcpServer.start(new InetSocketAddress(address.getAddress(), udp.port()), responder, time);
        forwarder.checkLoops();
    }

    public int port() throws IOException {
        return udp.port();
    }

    public Why why() {
        return why;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
