package io.moka.controllers.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.meta.LabelSelector;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A kind whose templates are kept as revisions.
///
/// @param hashLabel the label under which a revision carries the hash in its name
/// @param collisions the status's `collisionCount`; null is none
public record RevisionedKind<T extends HasMetadata>(Class<T> type, String hashLabel, Function<T, LabelSelector> selector, Function<T, PodTemplateSpec> template,
        Function<T, @Nullable Integer> collisions) {

    String kind() {
        return ResourceType.of(type).kind();
    }

    /// Returns the revision's hash, or its name if the label was removed.
    public String hash(ControllerRevision revision) {
        var labels = revision.getMetadata().getLabels();
        var hash = labels == null ? null : labels.get(hashLabel);
        return hash == null ? revision.getMetadata().getName() : hash;
    }
}
