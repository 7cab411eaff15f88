package io.moka.scheduler.filters;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.ResourceAmounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Describes the resources that a node lacks for a request, and the least important pod whose end would free enough of all of them.
final class ResourceGap {

    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti"};

    private final ResourceAmounts wanted;
    private final NodeInfo node;

    ResourceGap(ResourceAmounts wanted, NodeInfo node) {
        this.wanted = wanted;
        this.node = node;
    }

    /// Words that follow the node's name: `lacks 200m CPU; pod default/x, priority 0, holds 500m`. Empty if nothing is missing.
    String describe() {
        var missing = new TreeMap<String, Long>();
        var tooLarge = new ArrayList<String>();
        for (var resource : resources()) {
            long lack = wanted.of(resource) - (node.allocatable().of(resource) - node.requested().of(resource));
            if (wanted.of(resource) > node.allocatable().of(resource)) {
                tooLarge.add("has " + text(resource, node.allocatable().of(resource)) + " " + title(resource) + " in all, the pod requests " + text(resource, wanted.of(resource)));
            } else if (wanted.of(resource) > 0 && lack > 0) {
                missing.put(resource, lack);
            }
        }
        if (!tooLarge.isEmpty()) {
            return String.join(" and ", tooLarge);
        }
        boolean full = node.pods().size() >= node.allocatablePods();
        var parts = new ArrayList<String>();
        missing.forEach((resource, lack) -> parts.add(text(resource, lack) + " " + title(resource)));
        if (full) {
            parts.add("a place among its " + node.allocatablePods() + " pods");
        }
        return parts.isEmpty() ? "" : "lacks " + String.join(" and ", parts) + holder(missing);
    }

    private Iterable<String> resources() {
        var all = new ArrayList<>(List.of("cpu", "memory", "ephemeral-storage"));
        wanted.extended().keySet().stream().sorted().forEach(all::add);
        return all;
    }

    private String holder(TreeMap<String, Long> missing) {
        var enough = node.pods().stream().filter(pod -> missing.entrySet().stream().allMatch(lack -> pod.requests().of(lack.getKey()) >= lack.getValue()));
        var first = missing.isEmpty() ? "" : missing.firstKey();
        return enough.min(Comparator.comparingInt(PodInfo::priority).thenComparingLong(pod -> pod.requests().of(first)).thenComparing(PodInfo::key)).map(pod -> {
            var holds = missing.keySet().stream().map(resource -> text(resource, pod.requests().of(resource))).toList();
            return "; pod " + pod.key() + ", priority " + pod.priority() + ", holds " + (holds.isEmpty() ? "one" : String.join(" and ", holds));
        }).orElse(node.pods().isEmpty() ? "" : "; no pod on it holds as much alone");
    }

    private static String title(String resource) {
        return resource.equals("cpu") ? "CPU" : resource;
    }

    /// The amount as Kubernetes writes it: `250m`, `2`, `64Mi`.
    static String text(String resource, long amount) {
        if (resource.equals("cpu")) {
            return amount % 1_000 == 0 ? Long.toString(amount / 1_000) : amount + "m";
        }
        int unit = 0;
        long rest = amount;
        while (!ResourceAmounts.isExtended(resource) && rest != 0 && rest % 1_024 == 0 && unit < BINARY.length - 1) {
            rest /= 1_024;
            unit++;
        }
        return rest + BINARY[unit];
    }
}
