package io.moka.apiserver.resource;

/// Names a kind on the wire; the core group is the empty string.
public record GroupVersionKind(String group, String version, String kind) {

    /// `v1` for the core group, else `group/version`, as `apiVersion` has it.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
