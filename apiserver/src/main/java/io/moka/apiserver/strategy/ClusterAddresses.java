package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.storage.Caches;
import io.moka.machinery.meta.Times;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Which cluster addresses there are, and whose they are: the ranges are those of the ServiceCIDRs that are ready and stay, and the
/// record of an address that is in use is an IPAddress object of its name, written and removed with its service.
public final class ClusterAddresses {
    /// The ServiceCIDR that stands for the server's flag.
    public static final String DEFAULT_RANGE = "kubernetes";
    static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    static final String MANAGER = "ipallocator.k8s.io";

    private final Caches caches;
    private final String prefix;
    private final ResourceType ranges;
    private final ResourceType records;
    private final AddressRange initial;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    /// The ranges as they were after a change of any ServiceCIDR.
    private record Known(long revision, List<AddressRange> ranges) {}

    /// @param prefix  of the keys in the store; ends in `/`
    /// @param initial the range until there is a ServiceCIDR for it
    public ClusterAddresses(Caches caches, Catalog catalog, String prefix, AddressRange initial, InstantSource clock) {
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

    /// The ranges that addresses may be taken from now.
    List<AddressRange> ranges() {
        long revision = caches.revision(ranges);
        Known last = known;
        if (last == null || last.revision != revision) {
            last = new Known(revision, read());
            known = last;
        }
        return last.ranges;
    }

    private List<AddressRange> read() {
        List<AddressRange> found = new ArrayList<>();
        boolean defaultKnown = false;
        for (ObjectNode object : caches.list(ranges, "")) {
            defaultKnown |= Json.name(object).equals(DEFAULT_RANGE);
            if (ready(object) && !object.path("metadata").has("deletionTimestamp")) {
                object.path("spec").path("cidrs").forEach(cidr -> {
                    if (cidr.asText().indexOf(':') < 0) {
                        found.add(AddressRange.parse(cidr.asText()));
                    }
                });
            }
        }
        if (!defaultKnown) {
            found.addFirst(initial);
        }
        return found;
    }

    /// A range that nobody has judged yet counts as ready, so that it serves where no controller runs.
    private static boolean ready(JsonNode range) {
        for (JsonNode condition : range.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return true;
    }

    boolean contain(int address) {
        return ranges().stream().anyMatch(range -> range.contains(address));
    }

    /// Whether an address has a record, by what the cache knows.
    boolean recorded(int address) {
        return caches.of(records).get(AddressRange.dotted(address)) != null;
    }

    /// Where the record of an address is.
    String key(String address) {
        return prefix + records.keySegment() + "/" + address;
    }

    /// The record that says that an address is a service's, as it is stored.
    byte[] record(String address, String namespace, String service) {
        ObjectNode record = Json.object().put("kind", records.kind()).put("apiVersion", records.groupVersion());
        record.putObject("metadata").put("name", address).put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Times.format(clock.instant()))
                .putObject("labels").put("ipaddress.kubernetes.io/ip-family", "IPv4").put(MANAGED_BY, MANAGER);
        record.putObject("spec").putObject("parentRef").put("name", service).put("namespace", namespace).put("resource", "services");
        return Json.write(record);
    }
}
