package io.moka.dns.zone;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.dns.zone.Reason.Rule;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/// Resolves reverse names: of services' cluster addresses, and of endpoints of headless services. All others are left to the upstream servers.
final class ReverseZone {

    private static final Name IPV4 = Name.fromConstantString("in-addr.arpa.");
    private static final Name IPV6 = Name.fromConstantString("ip6.arpa.");
    private static final int IPV4_LABELS = IPV4.labels() + 4;
    private static final int IPV6_LABELS = IPV6.labels() + 32;

    private final ClusterView cluster;
    private final ServiceNames names;

    ReverseZone(ClusterView cluster, ServiceNames names) {
        this.cluster = cluster;
        this.names = names;
    }

    Answer answer(Name name, int type) {
        var address = address(name);
        if (address == null) {
            return outside(name);
        }
        var text = address.getHostAddress();
        for (var service : cluster.servicesAt(text)) {
            return found(name, type, List.of(names.host(service)), new Reason(Rule.REVERSE_SERVICE, service));
        }
        var hosts = new ArrayList<Name>();
        EndpointSlice holder = null;
        for (var slice : cluster.slicesAt(text)) {
            var service = cluster.service(slice.getMetadata().getNamespace(), Endpoints.serviceOf(slice));
            if (service != null && ServiceNames.isHeadless(service)) {
                addHosts(service, slice, text, hosts);
                holder = slice;
            }
        }
        return hosts.isEmpty() ? outside(name) : found(name, type, hosts, new Reason(Rule.REVERSE_ENDPOINT, holder));
    }

    private void addHosts(Service service, EndpointSlice slice, String address, List<Name> hosts) {
        for (var endpoint : Endpoints.ready(service, slice)) {
            if (endpoint.getAddresses().stream().map(Addresses::canonical).anyMatch(address::equals)) {
                var host = names.host(service, Endpoints.hostname(endpoint));
                if (!hosts.contains(host)) {
                    hosts.add(host);
                }
            }
        }
    }

    private static Answer outside(Name name) {
        return new Answer.Outside(name, Reason.of(Rule.OUTSIDE));
    }

    private static Answer found(Name owner, int type, List<Name> hosts, Reason reason) {
        if (type != Type.PTR && type != Type.ANY) {
            return new Answer.NoData(owner.subdomain(IPV4) ? IPV4 : IPV6, reason);
        }
        return new Answer.Found(hosts.stream().<Record>map(host -> new PTRRecord(owner, DClass.IN, ZoneRecords.TTL_SECONDS, host)).toList(), List.of(), reason);
    }

    /// Returns the address that a complete reverse name spells; null for any other name.
    private static @Nullable InetAddress address(Name name) {
        boolean whole = name.labels() == IPV4_LABELS && name.subdomain(IPV4) || name.labels() == IPV6_LABELS && name.subdomain(IPV6);
        try {
            return whole ? ReverseMap.fromName(name) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
