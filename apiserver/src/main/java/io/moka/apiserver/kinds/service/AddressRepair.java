package io.moka.apiserver.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.Store;
import io.moka.machinery.net.Ipv4Range;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repairs differences between services and the IPAddress records of their cluster IPs. A service and its record are created and deleted in one write,
/// but each can also be written by itself, and services from before there were records may lack one.
public final class AddressRepair {
    private static final Logger LOG = LoggerFactory.getLogger(AddressRepair.class);
    /// Minimum age of an orphaned record before it is deleted, since a record may be created by hand before the service that it names.
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final Store store;
    private final Caches caches;
    private final ResourceType services;
    private final ClusterAddresses addresses;
    private final String prefix;
    private final InstantSource clock;

    /// @param prefix the prefix of the keys in the store; ends in `/`
    public AddressRepair(Store store, Caches caches, ResourceType services, ClusterAddresses addresses, String prefix, InstantSource clock) {
        this.store = store;
        this.caches = caches;
        this.services = services;
        this.addresses = addresses;
        this.prefix = prefix;
        this.clock = clock;
    }

    /// Checks all services and records once, in the caches; the store is read only for those that seem to be wrong.
    public void pass() {
        Map<String, CachedObject> owners = new HashMap<>();
        int field = caches.of(services).type().selectableFields().indexOf("spec.clusterIP");
        for (CachedObject service : all(services)) {
            String address = service.fields().get(field);
            if (Ipv4Range.address(address) != null) {
                owners.put(address, service);
            }
        }
        for (CachedObject record : all(addresses.records())) {
            if (owners.remove(record.name()) == null) {
                removeOrphan(record);
            }
        }
        owners.forEach(this::addMissing);
    }

    private List<CachedObject> all(ResourceType type) {
        return caches.of(type).list("", "", 0, 0, any -> true, true).orElseThrow().objects();
    }

    private void addMissing(String address, CachedObject service) {
        if (fresh(service.key()).equals(address)) {
            LOG.warn("The cluster IP {} of the service {} had no IPAddress", address, service.key());
            store.create(addresses.key(address), addresses.record(address, service.namespace(), service.name()), 0);
        }
    }

    private void removeOrphan(CachedObject object) {
        ObjectNode record = Json.read(object.json());
        JsonNode parent = record.path("spec").path("parentRef");
        boolean ours = Json.text(record, "metadata", "labels", ClusterAddresses.MANAGED_BY).equals(ClusterAddresses.MANAGER)
                && Json.text(parent, "resource").equals("services") && Json.text(parent, "group").isEmpty();
        Instant made = Instant.parse(Json.text(record, "metadata", "creationTimestamp"));
        if (ours && made.plus(GRACE).isBefore(clock.instant())
                && !fresh(Json.text(parent, "namespace") + "/" + Json.text(parent, "name")).equals(object.name())) {
            LOG.warn("The IPAddress {} belongs to no service", object.name());
            store.delete(addresses.key(object.name()), object.revision());
        }
    }

    /// Returns the cluster IP of a service in the store; empty when it has none.
    private String fresh(String key) {
        Store.Value value = store.get(prefix + services.keySegment() + "/" + key);
        return value == null ? "" : Json.text(Json.read(value.bytes()), "spec", "clusterIP");
    }
}
