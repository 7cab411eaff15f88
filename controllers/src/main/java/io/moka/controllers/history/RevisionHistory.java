package io.moka.controllers.history;

import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The revisions of one owner.
///
/// @param all from the oldest to the latest, `update` among them
/// @param update that of the present template
/// @param twins other revisions of the present template
/// @param collisions for the owner's status
public record RevisionHistory(List<ControllerRevision> all, ControllerRevision update, List<ControllerRevision> twins, int collisions) {

    public @Nullable ControllerRevision find(@Nullable String name) {
        return all.stream().filter(revision -> revision.getMetadata().getName().equals(name)).findFirst().orElse(null);
    }
}
