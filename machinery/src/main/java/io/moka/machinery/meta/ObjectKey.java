package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.HasMetadata;

/// Names one object among all of its kind. The namespace of a cluster-wide object is the empty string.
///
/// Follows upstream's `types.NamespacedName`.
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    public static ObjectKey of(HasMetadata object) {
        var namespace = object.getMetadata().getNamespace();
        return new ObjectKey(namespace == null ? "" : namespace, object.getMetadata().getName());
    }

    public static ObjectKey ofCluster(String name) {
        return new ObjectKey("", name);
    }

    /// `namespace/name`, or the bare name of a cluster-wide object; the inverse of [#toString()].
    public static ObjectKey parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? ofCluster(text) : new ObjectKey(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
