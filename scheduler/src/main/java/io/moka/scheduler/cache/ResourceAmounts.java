package io.moka.scheduler.cache;

import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.meta.Quantities;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/// Amounts of resources: the requests of a pod, the resources of a node, or the sum of the requests of a node's pods.
///
/// @param milliCpu thousandths of a core
/// @param extended all other countable resources by their name
public record ResourceAmounts(long milliCpu, long memoryBytes, long ephemeralStorageBytes, Map<String, Long> extended) {

    public static final ResourceAmounts NONE = new ResourceAmounts(0, 0, 0, Map.of());

    public static ResourceAmounts of(@Nullable Map<String, Quantity> quantities) {
        if (quantities == null || quantities.isEmpty()) {
            return NONE;
        }
        var extended = new TreeMap<String, Long>();
        quantities.forEach((name, quantity) -> {
            if (isExtended(name)) {
                extended.put(name, Quantities.value(quantity));
            }
        });
        return new ResourceAmounts(Quantities.milliValue(quantities.get("cpu")), Quantities.value(quantities.get("memory")),
                Quantities.value(quantities.get("ephemeral-storage")), extended.isEmpty() ? Map.of() : extended);
    }

    /// Whether the resource is one that most pods do not use.
    public static boolean isExtended(String name) {
        return switch (name) {
            case "cpu", "memory", "ephemeral-storage", "pods" -> false;
            default -> true;
        };
    }

    /// The amount of one resource: CPU in thousandths of a core, memory and storage in bytes, others counted.
    public long of(String resource) {
        return switch (resource) {
            case "cpu" -> milliCpu;
            case "memory" -> memoryBytes;
            case "ephemeral-storage" -> ephemeralStorageBytes;
            default -> extended.getOrDefault(resource, 0L);
        };
    }

    public ResourceAmounts plus(ResourceAmounts other) {
        return combine(other, Math::addExact);
    }

    public ResourceAmounts minus(ResourceAmounts other) {
        return combine(other, Math::subtractExact);
    }

    /// The larger of each.
    public ResourceAmounts max(ResourceAmounts other) {
        return combine(other, Math::max);
    }

    private ResourceAmounts combine(ResourceAmounts other, LongBinaryOperator operator) {
        return new ResourceAmounts(operator.applyAsLong(milliCpu, other.milliCpu), operator.applyAsLong(memoryBytes, other.memoryBytes),
                operator.applyAsLong(ephemeralStorageBytes, other.ephemeralStorageBytes), combineExtended(other, operator));
    }

    private Map<String, Long> combineExtended(ResourceAmounts other, LongBinaryOperator operator) {
        if (extended.isEmpty() && other.extended.isEmpty()) {
            return Map.of();
        }
        var combined = new HashMap<>(extended);
        other.extended.forEach((name, amount) -> combined.put(name, operator.applyAsLong(extended.getOrDefault(name, 0L), amount)));
        return combined;
    }
}
