package io.moka.apiserver.resource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resources this server serves, in the order in which discovery lists them: the built-in ones, then those that definitions add.
/// Safe for all threads; every answer comes from one consistent state.
public final class Catalog {

    /// Never changes once it is published.
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

    /// Every built-in kind.
    public static Catalog builtin() {
        return new Catalog(BuiltinTypes.rows());
    }

    /// Serves these resources beside the built-in ones, instead of those that were published before.
    public synchronized void publish(List<ResourceType> custom) {
        List<ResourceType> types = new ArrayList<>(builtin);
        types.addAll(custom);
        current = Snapshot.of(types, current.generation() + 1);
    }

    /// Grows with each [#publish]: what is derived from the catalog may be kept until it does.
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

    /// A type and all others whose objects are the same ones: its other versions.
    public List<ResourceType> sharing(ResourceType type) {
        return current.bySegment().getOrDefault(type.keySegment(), List.of(type));
    }

    /// The type that is known to be there; an unknown one is a programming error.
    public ResourceType get(String group, String version, String plural) {
        ResourceType type = find(group, version, plural);
        if (type == null) {
            throw new IllegalArgumentException("no resource " + plural + " in " + group + "/" + version);
        }
        return type;
    }

    /// The group versions served, each once, in catalog order; the core group's is `v1`.
    public List<String> groupVersions() {
        return all().stream().map(ResourceType::groupVersion).distinct().toList();
    }
}
