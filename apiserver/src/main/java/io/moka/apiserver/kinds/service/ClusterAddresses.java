package io.moka.apiserver.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.Caches;
import io.moka.machinery.meta.Times;
import io.moka.machinery.net.Ipv4Range;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The ranges of cluster addresses, and the records of the addresses in use. The ranges are those of all ServiceCIDRs that are ready and not being deleted. The
/// record of an address is an IPAddress object of that name, written and deleted together with its service.
public final class ClusterAddresses {
    /// Name of the ServiceCIDR that represents the server's flag.
    public static final String DEFAULT_RANGE = "kubernetes";
    static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    static final String MANAGER = "ipallocator.k8s.io";

    private final Caches caches;
    private final String prefix;
    private final ResourceType ranges;
    private final ResourceType records;
    private final ServiceAddresses initial;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    /// The ranges at one revision of the ServiceCIDRs.
    private record Known(long revision, List<ServiceAddresses> ranges) {}

    /// @param prefix  the prefix of the keys in the store; ends in `/`
    /// @param initial the range that applies until its ServiceCIDR exists
    public ClusterAddresses(Caches caches, Catalog catalog, String prefix, ServiceAddresses initial, InstantSource clock) {
        this.caches = caches;
        this.prefix = prefix;
        this.initial = initial;
        this.clock = clock;
        ranges = catalog.get("networking.k8s.io", "v1", "servicecidrs");
        records = catalog.get("networking.k8s.io", "v1", "ipaddresses");
    }

    ResourceType records() {
        return records;
    }

    /// Returns the ranges from which addresses may be allocated now.
    List<ServiceAddresses> ranges() {
        long revision = caches.revision(ranges);
        Known last = known;
        if (last == null || last.revision != revision) {
            last = new Known(revision, read());
            known = last;
        }
        return last.ranges;
    }

    private List<ServiceAddresses> read() {
        List<ServiceAddresses> found = new ArrayList<>();
        boolean defaultKnown = false;
        for (ObjectNode object : caches.list(ranges, "")) {
            defaultKnown |= Json.name(object).equals(DEFAULT_RANGE);
            if (ready(object) && !object.path("metadata").has("deletionTimestamp")) {
                object.path("spec").path("cidrs").forEach(cidr -> {
                    if (cidr.asText().indexOf(':') < 0) {
                        found.add(ServiceAddresses.parse(cidr.asText()));
                    }
                });
            }
        }
        if (!defaultKnown) {
            found.addFirst(initial);
        }
        return found;
    }

    /// Whether a ServiceCIDR is ready. One without the condition Ready counts as ready, so that it can be used when no controller runs.
    private static boolean ready(JsonNode range) {
        return Conditions.find(range, "Ready").isMissingNode() || Conditions.isTrue(range, "Ready");
    }

    boolean contain(int address) {
        return ranges().stream().anyMatch(range -> range.contains(address));
    }

    /// Whether the cache has the record of an address.
    boolean recorded(int address) {
        return caches.of(records).get(Ipv4Range.dotted(address)) != null;
    }

    /// Returns the key of an address's record in the store.
    String key(String address) {
        return prefix + records.keySegment() + "/" + address;
    }

    /// Returns the record of a service's address, as it is stored.
    byte[] record(String address, String namespace, String service) {
        ObjectNode record = Json.object().put("kind", records.kind()).put("apiVersion", records.groupVersion());
        record.putObject("metadata").put("name", address).put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Times.format(clock.instant()))
                .putObject("labels").put("ipaddress.kubernetes.io/ip-family", "IPv4").put(MANAGED_BY, MANAGER);
        record.putObject("spec").putObject("parentRef").put("name", service).put("namespace", namespace).put("resource", "services");
        return Json.write(record);
    }
}
