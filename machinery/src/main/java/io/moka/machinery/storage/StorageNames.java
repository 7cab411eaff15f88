package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.HasMetadata;

/// Annotations, labels and names by which the binder, the scheduler and the provisioners communicate through the API.
public final class StorageNames {

    /// On a claim: both halves of the binding have been written once.
    public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    /// On a claim or volume: the binder chose its partner, not the user.
    public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    /// On a volume: the provisioner that made it.
    public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
    /// On a claim: the node that the scheduler chose for the first pod.
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    /// On a claim: the provisioner that is to make its volume.
    public static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    public static final String OLD_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
    public static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
    /// The provisioner of classes whose volumes are made by hand.
    public static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

    private StorageNames() {
    }

    /// The annotation's value, or the empty string.
    public static String annotation(HasMetadata object, String name) {
        var annotations = object.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }

    public static boolean hasAnnotation(HasMetadata object, String name) {
        return object.getMetadata().getAnnotations() != null && object.getMetadata().getAnnotations().containsKey(name);
    }
}
