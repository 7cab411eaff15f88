package io.moka.apiserver.resource;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One row of the [Catalog]: all that the generic REST path needs to know of a resource.
///
/// @param keySegment       the path below the etcd prefix, as upstream lays it out (`pods`, `services/specs`, `minions`)
/// @param stored           false for resources that are only asked and answered (`TokenReview`)
/// @param subresources     what may follow the name in a path
/// @param alias            set for an older version of a built-in resource
/// @param custom           set for a type that a CustomResourceDefinition defines
/// @param selectableFields the paths that a field selector may name, beside `metadata.name` and `metadata.namespace`
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

    /// `v1`, `apps/v1`.
    public String groupVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// `pods`, `deployments.apps`: the name that error messages use.
    public String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /// Whether `status` is written through its own subresource, and so ignored on the main one.
    public boolean hasStatus() {
        return subresources.contains("status");
    }

    /// Whether its objects are made up when they are asked for, and only read.
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

    /// The same resource under an older version, with the same schema.
    ResourceType alias(String olderVersion) {
        return alias(olderVersion, new Alias(gvk(), new Alias.Renamed(groupVersion(), group.isEmpty() ? olderVersion : group + "/" + olderVersion)));
    }

    ResourceType alias(String olderVersion, Alias form) {
        return new ResourceType(group, olderVersion, kind, plural, singular, shortNames, categories, namespaced, subresources, selectableFields, keySegment, stored, custom, form);
    }

    /// How objects of this version differ from what is stored.
    public StoredForm storedForm() {
        return custom != null ? custom.storedForm() : alias != null ? alias.form() : StoredForm.SAME;
    }
}
