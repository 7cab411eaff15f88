package io.moka.controllers.namespace;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import io.moka.machinery.client.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Counts the objects that are left in a namespace that is being deleted, by resource and by finalizer.
final class Remainder {

    private final Map<String, Integer> byResource = new TreeMap<>();
    private final Map<String, Integer> byFinalizer = new TreeMap<>();

    boolean isEmpty() {
        return byResource.isEmpty();
    }

    void add(ResourceType<?> type, List<? extends HasMetadata> objects) {
        if (objects.isEmpty()) {
            return;
        }
        byResource.put(type.plural() + "." + type.group(), objects.size());
        for (var object : objects) {
            object.getMetadata().getFinalizers().forEach(finalizer -> byFinalizer.merge(finalizer, 1, Integer::sum));
        }
    }

    /// Returns the namespace's conditions that report the counts, in upstream's words.
    List<NamespaceCondition> conditions(String now) {
        return List.of(
                condition(now, "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
                condition(now, "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
                condition(now, "NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
                remaining(now),
                finalizing(now));
    }

    private NamespaceCondition remaining(String now) {
        return byResource.isEmpty() ? condition(now, "NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
                : condition(now, "NamespaceContentRemaining", true, "SomeResourcesRemain", "Some resources are remaining: " + told(byResource, " has ", " resource instances"));
    }

    private NamespaceCondition finalizing(String now) {
        return byFinalizer.isEmpty() ? condition(now, "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : condition(now, "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: " + told(byFinalizer, " in ", " resource instances"));
    }

    private static String told(Map<String, Integer> counts, String between, String after) {
        return counts.entrySet().stream().map(entry -> entry.getKey() + between + entry.getValue() + after).collect(Collectors.joining(", "));
    }

    private static NamespaceCondition condition(String now, String type, boolean holds, String reason, String message) {
        return new NamespaceConditionBuilder().withType(type).withStatus(holds ? "True" : "False").withLastTransitionTime(now).withReason(reason).withMessage(message).build();
    }
}
