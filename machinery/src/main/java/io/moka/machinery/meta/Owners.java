package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import org.jspecify.annotations.Nullable;

/// Reads and creates owner references. At most one owner of an object is its controller: the one that may change it.
public final class Owners {

    private Owners() {
    }

    /// Returns the controlling owner, or null for an orphan.
    public static @Nullable OwnerReference controllerOf(HasMetadata object) {
        for (var owner : object.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController())) {
                return owner;
            }
        }
        return null;
    }

    public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        var reference = controllerOf(object);
        return reference != null && reference.getUid().equals(owner.getMetadata().getUid());
    }

    /// Returns a reference by which `owner` controls an object that it creates; foreground deletion of the owner waits for the object.
    public static OwnerReference controlledBy(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion()).withKind(owner.getKind())
                .withName(owner.getMetadata().getName()).withUid(owner.getMetadata().getUid())
                .withController(true).withBlockOwnerDeletion(true)
                .build();
    }
}
