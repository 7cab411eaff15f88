package io.moka.apiserver.core.resource;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One row of the [Catalog]: the properties of a resource that the generic REST path needs.
///
/// @param keySegment       the key segment below the etcd prefix, which is upstream's (`pods`, `services/specs`, `minions`)
/// @param stored           whether objects are stored; false for reviews such as `TokenReview`
/// @param subresources     the names of the subresources
/// @param alias            the relation to the newer version, for an older version of a built-in resource; otherwise null
/// @param custom           the properties of a type that a CustomResourceDefinition defines; otherwise null
/// @param selectableFields the paths that a field selector may name, besides `metadata.name` and `metadata.namespace`
public record ResourceType(
        String group, String version, String kind, String plural, String singular,
        List<String> shortNames, List<String> categories, boolean namespaced, Set<String> subresources,
        List<String> selectableFields, String keySegment, boolean stored, @Nullable CustomType custom, @Nullable Alias alias) {

    static ResourceType of(String groupVersion, String kind, String plural, boolean namespaced) {
        var gvk = GroupVersionKind.of(groupVersion, kind);
        return new ResourceType(gvk.group(), gvk.version(), kind, plural, kind.toLowerCase(java.util.Locale.ROOT),
                List.of(), List.of(), namespaced, Set.of(), List.of(), plural, true, null, null);
    }

    public GroupVersionKind gvk() {
        return new GroupVersionKind(group, version, kind);
    }

    /// Returns the group and version: `v1`, `apps/v1`.
    public String groupVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// Returns the name for error messages: `pods`, `deployments.apps`.
    public String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /// Whether `status` is written through its own subresource, and so ignored on the main one.
    public boolean hasStatus() {
        return subresources.contains("status");
    }

    /// Whether objects are computed on request, and read-only.
    public boolean computed() {
        return kind.equals("ComponentStatus") && group.isEmpty();
    }

    ResourceType shortNames(String... names) {
        return new ResourceType(group, version, kind, plural, singular, List.of(names), categories, namespaced, subresources, selectableFields, keySegment, stored, custom, alias);
    }

    ResourceType categories(String... names) {
        return new ResourceType(group, version, kind, plural, singular, shortNames, List.of(names), namespaced, subresources, selectableFields, keySegment, stored, custom, alias);
    }

    ResourceType subresources(String... names) {
        return new ResourceType(group, version, kind, plural, singular, shortNames, categories, namespaced, Set.of(names), selectableFields, keySegment, stored, custom, alias);
    }

    ResourceType selectable(String... paths) {
        return new ResourceType(group, version, kind, plural, singular, shortNames, categories, namespaced, subresources, List.of(paths), keySegment, stored, custom, alias);
    }

    ResourceType keySegment(String segment) {
        return new ResourceType(group, version, kind, plural, singular, shortNames, categories, namespaced, subresources, selectableFields, segment, stored, custom, alias);
    }

    ResourceType notStored() {
        return new ResourceType(group, version, kind, plural, singular, shortNames, categories, namespaced, subresources, selectableFields, keySegment, false, custom, alias);
    }

    /// Returns the same resource in an older version, with the same schema.
    ResourceType alias(String olderVersion) {
        return alias(olderVersion, new Alias(gvk(), new Alias.Renamed(groupVersion(), group.isEmpty() ? olderVersion : group + "/" + olderVersion)));
    }

    ResourceType alias(String olderVersion, Alias form) {
        return new ResourceType(group, olderVersion, kind, plural, singular, shortNames, categories, namespaced, subresources, selectableFields, keySegment, stored, custom, form);
    }

    /// Returns the conversion between this version and the stored form.
    public StoredForm storedForm() {
        return custom != null ? custom.storedForm() : alias != null ? alias.form() : StoredForm.SAME;
    }
}
