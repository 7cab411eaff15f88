package io.moka.apiserver.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resources this server serves, in the order in which discovery lists them.
public final class Catalog {
    private final List<ResourceType> all;
    private final Map<String, ResourceType> byPath = new LinkedHashMap<>();
    private final Map<GroupVersionKind, ResourceType> byKind = new LinkedHashMap<>();

    public Catalog(List<ResourceType> types) {
        all = List.copyOf(types);
        for (ResourceType type : all) {
            byPath.put(type.groupVersion() + "/" + type.plural(), type);
            byKind.put(type.gvk(), type);
        }
    }

    /// Every built-in kind.
    public static Catalog builtin() {
        return new Catalog(BuiltinTypes.rows());
    }

    public List<ResourceType> all() {
        return all;
    }

    public @Nullable ResourceType find(String group, String version, String plural) {
        return byPath.get((group.isEmpty() ? version : group + "/" + version) + "/" + plural);
    }

    public @Nullable ResourceType byKind(GroupVersionKind kind) {
        return byKind.get(kind);
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
        return all.stream().map(ResourceType::groupVersion).distinct().toList();
    }
}
