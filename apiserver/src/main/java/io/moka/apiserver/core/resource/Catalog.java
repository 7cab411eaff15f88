package io.moka.apiserver.core.resource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resources that this server serves, in the order in which discovery lists them: the built-in ones, then those of CustomResourceDefinitions.
/// Safe for all threads; every method reads one consistent snapshot.
public final class Catalog {

    /// The catalog's content at one time; immutable.
    private record Snapshot(List<ResourceType> all, Map<String, ResourceType> byPath, Map<GroupVersionKind, ResourceType> byKind,
            Map<String, List<ResourceType>> bySegment, long generation) {
        static Snapshot of(List<ResourceType> types, long generation) {
            Map<String, ResourceType> byPath = LinkedHashMap.newLinkedHashMap(types.size());
            Map<GroupVersionKind, ResourceType> byKind = LinkedHashMap.newLinkedHashMap(types.size());
            Map<String, List<ResourceType>> bySegment = new HashMap<>();
            for (ResourceType type : types) {
                byPath.put(type.groupVersion() + "/" + type.plural(), type);
                byKind.put(type.gvk(), type);
                bySegment.computeIfAbsent(type.keySegment(), segment -> new ArrayList<>(1)).add(type);
            }
            return new Snapshot(List.copyOf(types), byPath, byKind, bySegment, generation);
        }
    }

    private final List<ResourceType> builtin;
    private volatile Snapshot current;

    public Catalog(List<ResourceType> types) {
        builtin = List.copyOf(types);
        current = Snapshot.of(builtin, 0);
    }

    /// Returns a catalog of all built-in kinds.
    public static Catalog builtin() {
        return new Catalog(BuiltinTypes.rows());
    }

    /// Replaces the custom resources that are served in addition to the built-in ones.
    public synchronized void publish(List<ResourceType> custom) {
        List<ResourceType> types = new ArrayList<>(builtin);
        types.addAll(custom);
        current = Snapshot.of(types, current.generation() + 1);
    }

    /// Returns a number that grows with each [#publish]: values derived from the catalog may be cached until it changes.
    public long generation() {
        return current.generation();
    }

    public List<ResourceType> all() {
        return current.all();
    }

    public @Nullable ResourceType find(String group, String version, String plural) {
        return current.byPath().get((group.isEmpty() ? version : group + "/" + version) + "/" + plural);
    }

    public @Nullable ResourceType byKind(GroupVersionKind kind) {
        return current.byKind().get(kind);
    }

    /// Returns a type and all other versions of it, which have the same objects.
    public List<ResourceType> sharing(ResourceType type) {
        return current.bySegment().getOrDefault(type.keySegment(), List.of(type));
    }

    /// Returns a type that must exist; an unknown one is a programming error.
    public ResourceType get(String group, String version, String plural) {
        ResourceType type = find(group, version, plural);
        if (type == null) {
            throw new IllegalArgumentException("no resource " + plural + " in " + group + "/" + version);
        }
        return type;
    }

    /// Returns the served group versions, each once, in catalog order; the core group's is `v1`.
    public List<String> groupVersions() {
        return all().stream().map(ResourceType::groupVersion).distinct().toList();
    }
}
