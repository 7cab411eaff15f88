package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.storage.StorageNames;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The objects that a claim's plan uses besides the claim.
///
/// @param pods the pods that use the claim
record StorageView(Collection<PersistentVolume> volumes, Collection<StorageClass> classes, List<Pod> pods) {

    @Nullable PersistentVolume volume(String name) {
        return volumes.stream().filter(volume -> volume.getMetadata().getName().equals(name)).findFirst().orElse(null);
    }

    @Nullable StorageClass storageClass(String name) {
        return classes.stream().filter(one -> one.getMetadata().getName().equals(name)).findFirst().orElse(null);
    }

    /// Returns the default class: of several that are marked as default, the newest, then the first by name.
    @Nullable StorageClass defaultClass() {
        return classes.stream().filter(one -> "true".equals(StorageNames.annotation(one, StorageNames.DEFAULT_CLASS)))
                .min(Comparator.comparing((StorageClass one) -> String.valueOf(one.getMetadata().getCreationTimestamp())).reversed()
                        .thenComparing(one -> one.getMetadata().getName())).orElse(null);
    }
}
