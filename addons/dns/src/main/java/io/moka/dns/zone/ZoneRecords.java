package io.moka.dns.zone;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HINFORecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// Creates the DNS records for the meaning of a name.
final class ZoneRecords {

    /// Time to live in seconds; short, since names change with pods.
    static final long TTL_SECONDS = 5;
    private static final int SRV_PRIORITY = 0;
    private static final int SRV_WEIGHTS = 100;
    private static final long REFRESH_SECONDS = 7_200;
    private static final long RETRY_SECONDS = 1_800;
    private static final long EXPIRY_SECONDS = 86_400;
    private static final long SERIALS = 1L << 32;

    private final Name origin;
    private final Name nameServer;
    private final ClusterView cluster;

    ZoneRecords(Name origin, Name nameServer, ClusterView cluster) {
        this.origin = origin;
        this.nameServer = nameServer;
        this.cluster = cluster;
    }

    /// @param owner the name with the case of the question, which the records keep
    Answer of(Name owner, int type, Subject subject) {
        if (subject instanceof Subject.Missing(var reason)) {
            return new Answer.NoName(origin, reason);
        }
        if (subject instanceof Subject.Elsewhere(var target, var reason)) {
            return new Answer.Alias(new CNAMERecord(owner, DClass.IN, TTL_SECONDS, target), reason);
        }
        if (type == Type.ANY) {
            // RFC 8482: one HINFO record instead of all records
            return new Answer.Found(List.of(new HINFORecord(owner, DClass.IN, TTL_SECONDS, "RFC8482", "")), List.of(), subject.reason());
        }
        var records = new ArrayList<Record>();
        var additional = new ArrayList<Record>();
        switch (subject) {
            case Subject.Apex apex -> apex(owner, type, records);
            case Subject.Text text -> {
                if (type == Type.TXT) {
                    records.add(new TXTRecord(owner, DClass.IN, TTL_SECONDS, text.text()));
                }
            }
            case Subject.Hosts hosts -> addAddresses(owner, hosts.addresses(), type, records);
            case Subject.Places places -> {
                if (type == Type.SRV) {
                    addPlaces(owner, places.places(), records, additional);
                }
            }
            case Subject.Empty empty -> { }
            case Subject.Missing missing -> throw new AssertionError(missing);
            case Subject.Elsewhere elsewhere -> throw new AssertionError(elsewhere);
        }
        return records.isEmpty() ? new Answer.NoData(origin, subject.reason()) : new Answer.Found(records, additional, subject.reason());
    }

    private void apex(Name owner, int type, List<Record> records) {
        if (type == Type.SOA) {
            records.add(soa(owner));
        } else if (type == Type.NS) {
            records.add(new NSRecord(owner, DClass.IN, TTL_SECONDS, nameServer));
        }
    }

    /// Returns the SOA record, which says how long a negative answer may be cached.
    ///
    /// @param zone the cluster's domain, or a reverse zone
    SOARecord soa(Name zone) {
        return new SOARecord(zone, DClass.IN, TTL_SECONDS, nameServer, Zone.below(origin, "hostmaster"), cluster.serial() % SERIALS, REFRESH_SECONDS, RETRY_SECONDS, EXPIRY_SECONDS, TTL_SECONDS);
    }

    private static void addPlaces(Name owner, List<Subject.Place> places, List<Record> records, List<Record> additional) {
        int weight = Math.max(1, SRV_WEIGHTS / places.size());
        var hosts = new LinkedHashSet<Record>();
        for (var place : places) {
            records.add(new SRVRecord(owner, DClass.IN, TTL_SECONDS, SRV_PRIORITY, weight, place.port(), place.host()));
            var addresses = new ArrayList<Record>();
            addAddresses(place.host(), place.addresses(), Type.A, addresses);
            addAddresses(place.host(), place.addresses(), Type.AAAA, addresses);
            hosts.addAll(addresses);
        }
        additional.addAll(hosts);
    }

    private static void addAddresses(Name owner, List<String> addresses, int type, List<Record> records) {
        if (type != Type.A && type != Type.AAAA) {
            return;
        }
        for (var text : addresses) {
            var address = Addresses.parse(text);
            if (address != null && address instanceof Inet4Address == (type == Type.A)) {
                records.add(type == Type.A ? new ARecord(owner, DClass.IN, TTL_SECONDS, address) : new AAAARecord(owner, DClass.IN, TTL_SECONDS, address));
            }
        }
    }
}
