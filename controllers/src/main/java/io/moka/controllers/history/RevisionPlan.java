package io.moka.controllers.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Owners;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Decides which revisions belong to an owner, which one is of its present template, and which ones exceed the limit.
public final class RevisionPlan {

    private static final int LONGEST_PREFIX = 223;

    /// The revision of an owner's present template.
    public sealed interface Update {

        ControllerRevision revision();

        /// Other revisions of the same template, which two controllers at once, or an older one, may have left.
        List<ControllerRevision> twins();

        /// The revision exists and is the latest.
        record Kept(ControllerRevision revision, List<ControllerRevision> twins) implements Update {
        }

        /// The owner went back to the template of an older revision, which is to get the next number.
        record Renumbered(ControllerRevision revision, List<ControllerRevision> twins) implements Update {
        }

        /// No revision has the template; this one is to be created.
        record New(ControllerRevision revision) implements Update {

            @Override
            public List<ControllerRevision> twins() {
                return List.of();
            }
        }

        default List<Write> writes() {
            return switch (this) {
                case Kept kept -> List.of();
                case Renumbered(var revision, var twins) -> List.of(new Write.Update(revision));
                case New(var revision) -> List.of(new Write.Create(revision));
            };
        }
    }

    private RevisionPlan() {
    }

    /// Returns the revisions from the oldest to the latest.
    static List<ControllerRevision> sorted(List<ControllerRevision> revisions) {
        return revisions.stream().sorted(Comparator.comparing(RevisionPlan::number)
                .thenComparing(revision -> text(revision.getMetadata().getCreationTimestamp()))
                .thenComparing(revision -> revision.getMetadata().getName())).toList();
    }

    static <T extends HasMetadata> boolean selects(RevisionedKind<T> kind, T owner, ControllerRevision revision) {
        return kind.selector().apply(owner).matches(revision.getMetadata().getLabels());
    }

    /// @param revisions the owner's
    /// @param collisions how often a name for this owner's templates was found taken
    public static <T extends HasMetadata> Update update(RevisionedKind<T> kind, T owner, List<ControllerRevision> revisions, int collisions) {
        var data = Snapshot.of(kind.template().apply(owner));
        var sorted = sorted(revisions);
        var equal = sorted.stream().filter(revision -> Snapshot.holds(revision, data)).toList();
        long next = sorted.isEmpty() ? 1 : number(sorted.getLast()) + 1;
        if (equal.isEmpty()) {
            return new Update.New(revision(kind, owner, next, collisions));
        }
        var twins = equal.subList(0, equal.size() - 1);
        if (equal.getLast() == sorted.getLast()) {
            return new Update.Kept(equal.getLast(), twins);
        }
        var renumbered = Json.copy(equal.getLast());
        renumbered.setRevision(next);
        return new Update.Renumbered(renumbered, twins);
    }

    private static <T extends HasMetadata> ControllerRevision revision(RevisionedKind<T> kind, T owner, long number, int collisions) {
        var template = kind.template().apply(owner);
        var data = Snapshot.of(template);
        var hash = Snapshot.hash(data, collisions);
        var name = owner.getMetadata().getName();
        return new ControllerRevisionBuilder()
                .withNewMetadata().withNamespace(owner.getMetadata().getNamespace())
                .withName((name.length() > LONGEST_PREFIX ? name.substring(0, LONGEST_PREFIX) : name) + "-" + hash)
                .withLabels(template.getMetadata().getLabels()).addToLabels(kind.hashLabel(), hash)
                .withAnnotations(owner.getMetadata().getAnnotations())
                .withOwnerReferences(Owners.controlledBy(owner)).endMetadata()
                .withRevision(number).withData(data).build();
    }

    /// Deletes the oldest of the old revisions, as many as there are beyond the limit, but none that is in use.
    ///
    /// @param limit null or negative for none
    public static Plan truncate(List<ControllerRevision> old, Predicate<ControllerRevision> inUse, @Nullable Integer limit) {
        if (limit == null || limit < 0) {
            return Plan.NOTHING;
        }
        var draft = new Plan.Draft();
        sorted(old).stream().filter(inUse.negate()).limit(Math.max(0, old.size() - limit)).forEach(revision -> draft.add(new Write.Delete(revision)));
        return draft.plan();
    }

    private static long number(ControllerRevision revision) {
        return revision.getRevision() == null ? 0 : revision.getRevision();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
