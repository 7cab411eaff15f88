package io.moka.apiserver.core.resource;

/// A kind's API group, version and name. The core group is the empty string.
public record GroupVersionKind(String group, String version, String kind) {

    /// Returns the `apiVersion` of the kind's objects: `v1` for the core group, `apps/v1` for others.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// Returns the kind for an object's `apiVersion` and `kind` fields.
    public static GroupVersionKind of(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        return slash < 0
                ? new GroupVersionKind("", apiVersion, kind)
                : new GroupVersionKind(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
    }

    @Override
    public String toString() {
        return apiVersion() + ", Kind=" + kind;
    }
}
