package io.moka.controllers.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.controllers.history.RevisionPlan.Update;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Maintains an owner's revisions: claims them, and creates or renumbers the one of its present template.
public final class Revisions<T extends HasMetadata> {

    /// More names than this are not taken by chance.
    private static final int MOST_COLLISIONS = 20;

    private final RevisionedKind<T> kind;
    private final OwnedObjects<T, ControllerRevision> owned;
    private final Resources<ControllerRevision> writer;
    private final PlanWriter plans;

    public Revisions(ControllerContext context, RevisionedKind<T> kind, PlanWriter plans) {
        this.kind = kind;
        this.owned = new OwnedObjects<>(context, kind.type(), ControllerRevision.class, new OwnedObjects.Claims<>(kind.selector()));
        this.writer = context.client().resources(ControllerRevision.class);
        this.plans = plans;
    }

    /// The owner's revisions, with that of its present template, which is created where it is missing. The owner is not being deleted.
    ///
    /// @throws ApiException where a write is refused
    public RevisionHistory of(T owner) {
        var claimed = owned.claim(owner);
        var recorded = kind.collisions().apply(owner);
        int collisions = recorded == null ? 0 : recorded;
        for (int attempt = 0; attempt < MOST_COLLISIONS; attempt++) {
            var update = RevisionPlan.update(kind, owner, claimed, collisions);
            var revision = write(update);
            if (revision != null) {
                return history(claimed, revision, update.twins(), collisions);
            }
            collisions++;
        }
        throw new IllegalStateException(MOST_COLLISIONS + " names for the revision of " + owner.getMetadata().getName() + " are taken");
    }

    /// Deletes revisions that are too many.
    public void delete(Plan truncation) {
        plans.carryOut(truncation.writes());
    }

    private static RevisionHistory history(List<ControllerRevision> claimed, ControllerRevision update, List<ControllerRevision> twins, int collisions) {
        var all = new ArrayList<>(claimed);
        all.removeIf(revision -> revision.getMetadata().getName().equals(update.getMetadata().getName()));
        all.add(update);
        return new RevisionHistory(RevisionPlan.sorted(all), update, twins, collisions);
    }

    /// The revision as it is on the server; null where its name is taken by that of another template.
    private @Nullable ControllerRevision write(Update update) {
        return switch (update) {
            case Update.Kept(var revision, var twins) -> revision;
            case Update.Renumbered(var revision, var twins) -> writer.update(revision);
            case Update.New(var revision) -> create(revision);
        };
    }

    private @Nullable ControllerRevision create(ControllerRevision revision) {
        try {
            return writer.create(revision);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            // the cache may lag behind our own creation
            var present = writer.get(revision.getMetadata().getNamespace(), revision.getMetadata().getName());
            return Snapshot.holds(present, Snapshot.of(Snapshot.template(revision))) ? present : null;
        }
    }
}
