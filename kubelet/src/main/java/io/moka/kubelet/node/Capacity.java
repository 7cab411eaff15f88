package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.meta.Quantities;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Amounts of the resources that the node has.
///
/// @param storageBytes of the file system of the pods' folders
public record Capacity(long cpuMillis, long memoryBytes, long storageBytes) {

    private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");

    /// Returns what the machine has, or less where a flag says so.
    ///
    /// @param given quantities by resource: `cpu`, `memory`, `ephemeral-storage`
    /// @throws IllegalArgumentException for another resource, and for more than the machine has
    public static Capacity of(Machine machine, Map<String, String> given) throws IOException {
        var unknown = given.keySet().stream().filter(resource -> !RESOURCES.contains(resource)).sorted().toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no capacity can be given for " + String.join(", ", unknown) + "; known are cpu, memory and ephemeral-storage");
        }
        return new Capacity(amount(given, "cpu", Quantities::milliValue, machine.cpus() * 1_000L), amount(given, "memory", Quantities::value, machine.memoryBytes()),
                amount(given, "ephemeral-storage", Quantities::value, machine.disk().capacityBytes()));
    }

    private static long amount(Map<String, String> given, String resource, ToLongFunction<Quantity> value, long machine) {
        var text = given.get(resource);
        if (text == null) {
            return machine;
        }
        long wanted = value.applyAsLong(new Quantity(text));
        if (wanted <= 0 || wanted > machine) {
            throw new IllegalArgumentException("a capacity of " + text + " of " + resource + " was given, but the machine has " + machine + (resource.equals("cpu") ? "m" : " bytes"));
        }
        return wanted;
    }
}
