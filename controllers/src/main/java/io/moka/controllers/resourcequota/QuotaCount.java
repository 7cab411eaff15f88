package io.moka.controllers.resourcequota;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Discovery;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.meta.Quantity;
import io.moka.machinery.quota.Quota;
import io.moka.machinery.quota.QuotaUsage;
import io.moka.machinery.quota.ResourceList;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Computes the usage of a quota from the objects that the server lists.
final class QuotaCount {

    private static final Duration DISCOVERY_KEPT = Duration.ofSeconds(10);
    /// Resources whose objects are read to compute their usage; objects of all other resources are only counted.
    private static final Set<String> LOOKED_INTO = Set.of("pods", "services", "persistentvolumeclaims");
    private static final Quantity ZERO = Quantity.parse("0");

    private final ApiClient client;
    private final Discovery discovery;
    private final InstantSource clock;
    private volatile Known known = new Known(Instant.MIN, List.of());

    private record Known(Instant at, List<Discovery.Resource> resources) {
    }

    QuotaCount(ApiClient client, InstantSource clock) {
        this.client = client;
        this.discovery = new Discovery(client);
        this.clock = clock;
    }

    /// Returns the usage of everything that the quota limits; zero for kinds that do not exist.
    ///
    /// @param hard of the quota's spec
    ResourceList used(Quota quota, String namespace, ResourceList hard) {
        var used = zero(hard);
        for (var resource : resources()) {
            var type = resource.type();
            if (type.namespaced() && resource.verbs().contains("list") && hard.names().stream().anyMatch(name -> QuotaUsage.tracks(type.group(), type.plural(), name))) {
                used = used.plus(used(quota, namespace, type));
            }
        }
        return used.only(hard.names());
    }

    private static ResourceList zero(ResourceList hard) {
        SortedMap<String, Quantity> zero = new TreeMap<>();
        hard.names().forEach(name -> zero.put(name, ZERO));
        return new ResourceList(zero);
    }

    private ResourceList used(Quota quota, String namespace, ResourceType<?> type) {
        var used = ResourceList.EMPTY;
        for (var object : list(namespace, type)) {
            JsonNode tree = Json.tree(object);
            if (quota.covers(type.group(), type.plural(), tree)) {
                used = used.plus(QuotaUsage.of(type.group(), type.plural(), tree, clock.instant()));
            }
        }
        return used;
    }

    private List<?> list(String namespace, ResourceType<?> type) {
        var resources = client.resources(type);
        boolean whole = type.group().isEmpty() && LOOKED_INTO.contains(type.plural());
        try {
            return (whole ? resources : resources.metadataOnly()).list(namespace, ListOptions.all()).items();
        } catch (ApiException e) {
            if (e.isNotFound() || e.code() == 405) {
                return List.of();
            }
            throw e;
        }
    }

    private List<Discovery.Resource> resources() {
        var now = clock.instant();
        if (known.at().isBefore(now.minus(DISCOVERY_KEPT))) {
            known = new Known(now, discovery.resources());
        }
        return known.resources();
    }
}
