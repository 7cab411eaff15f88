package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Quantities;
import io.moka.scheduler.cache.ClusterCache;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A hypothetical change of the cluster: `cordon=NODE`, `add-node=cpu:4,memory:8Gi` or `delete=pod/NAME`.
sealed interface Hypothesis {

    /// Changes a copy of the cache.
    ///
    /// @throws IllegalArgumentException when the cluster has no such node or pod
    void applyTo(ClusterCache copy);

    record Cordon(String node) implements Hypothesis {
        @Override
        public void applyTo(ClusterCache copy) {
            var known = copy.node(node);
            if (known == null) {
                throw new IllegalArgumentException("cordon: there is no node \"" + node + "\"");
            }
            copy.putNode(new NodeBuilder(known.node()).editOrNewSpec().withUnschedulable(true).endSpec().build());
        }
    }

    /// @param allocatable without an entry for pods the node takes 110
    record AddNode(Map<String, Quantity> allocatable) implements Hypothesis {

        static final String NAME = "added-node";

        @Override
        public void applyTo(ClusterCache copy) {
            var name = NAME;
            for (int i = 2; copy.node(name) != null; i++) {
                name = NAME + "-" + i;
            }
            copy.putNode(new NodeBuilder().withNewMetadata().withName(name).addToLabels("kubernetes.io/hostname", name).endMetadata().withNewSpec().endSpec()
                    .withNewStatus().withAllocatable(allocatable).endStatus().build());
        }
    }

    record Delete(ObjectKey pod) implements Hypothesis {
        @Override
        public void applyTo(ClusterCache copy) {
            var placed = copy.find(pod);
            if (placed == null) {
                throw new IllegalArgumentException("delete: no node has a pod \"" + pod + "\"");
            }
            copy.takeOff(placed);
        }
    }

    /// Reads hypotheses that are separated by semicolons.
    ///
    /// @param namespace of pods whose namespace is not named
    /// @throws IllegalArgumentException when the text is none
    static List<Hypothesis> parse(String text, String namespace) {
        return Stream.of(text.split(";")).map(part -> one(part.strip(), namespace)).toList();
    }

    private static Hypothesis one(String text, String namespace) {
        int equals = text.indexOf('=');
        var argument = text.substring(equals + 1);
        return switch (equals < 0 || argument.isEmpty() ? "" : text.substring(0, equals)) {
            case "cordon" -> new Cordon(argument.startsWith("node/") ? argument.substring(5) : argument);
            case "add-node" -> new AddNode(allocatable(argument));
            case "delete" -> {
                var name = argument.startsWith("pod/") ? argument.substring(4) : argument;
                yield new Delete(name.contains("/") ? ObjectKey.parse(name) : new ObjectKey(namespace, name));
            }
            default -> throw new IllegalArgumentException("\"" + text + "\" is not cordon=NODE, add-node=cpu:4,memory:8Gi or delete=pod/NAME");
        };
    }

    private static Map<String, Quantity> allocatable(String text) {
        var amounts = new LinkedHashMap<>(Map.of("pods", new Quantity("110"), "ephemeral-storage", new Quantity("100Gi")));
        for (var part : text.split(",")) {
            var sides = part.split(":", 2);
            if (sides.length < 2) {
                throw new IllegalArgumentException("add-node: \"" + part + "\" is not RESOURCE:AMOUNT");
            }
            Quantities.parse(sides[1]);
            amounts.put(sides[0], new Quantity(sides[1]));
        }
        return amounts;
    }
}
