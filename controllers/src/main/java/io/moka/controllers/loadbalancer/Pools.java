package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The configured pools: ranges by the name of their pool.
///
/// @param unreadable parts of the configuration that are no ranges, which are ignored
record Pools(Map<String, List<AddressRange>> ranges, List<String> unreadable) {

    static final String NAMESPACE = "kube-system";
    static final String CONFIG_MAP = "moka-load-balancer";

    /// The pools of the config map: each key is a pool's name, its value ranges between commas, spaces or lines.
    static Pools of(@Nullable ConfigMap config) {
        var ranges = new TreeMap<String, List<AddressRange>>();
        var unreadable = new ArrayList<String>();
        if (config != null && config.getData() != null) {
            config.getData().forEach((pool, text) -> {
                var own = new ArrayList<AddressRange>();
                for (var word : text.strip().split("[,\\s]+")) {
                    var range = AddressRange.parse(word);
                    if (range == null) {
                        unreadable.add(pool + ": " + word);
                    } else {
                        own.add(range);
                    }
                }
                ranges.put(pool, own);
            });
        }
        return new Pools(ranges, unreadable);
    }

    /// The first address of a family that is acceptable, out of one pool or, where none is named, out of all; null where there is none. Looks at no address
    /// behind it: a range of IPv6 may be endless.
    @Nullable String first(@Nullable String pool, String family, Predicate<String> acceptable) {
        for (var range : ranges(pool).filter(range -> range.family().equals(family)).toList()) {
            var found = range.addresses().filter(acceptable).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        return null;
    }

    /// Whether a pool has any address of the family.
    boolean has(@Nullable String pool, String family) {
        return ranges(pool).anyMatch(range -> range.family().equals(family));
    }

    boolean contains(@Nullable String pool, String address) {
        return ranges(pool).anyMatch(range -> range.contains(address));
    }

    private Stream<AddressRange> ranges(@Nullable String pool) {
        return pool == null ? ranges.values().stream().flatMap(List::stream) : ranges.getOrDefault(pool, List.of()).stream();
    }
}
