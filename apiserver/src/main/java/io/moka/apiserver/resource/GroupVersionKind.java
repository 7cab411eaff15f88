package io.moka.apiserver.resource;

/// The name of a kind on the wire. The core group is the empty string.
public record GroupVersionKind(String group, String version, String kind) {

    /// `v1` for the core group, `apps/v1` for the others: what an object carries as `apiVersion`.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// Reads an object's `apiVersion` and `kind` fields.
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
