package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.Schema;
import io.moka.machinery.meta.Times;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Maintains `metadata.managedFields`. Safe for all threads.
///
/// Objects are compared in the state that the client desires: after defaulting, but before admission and before the preparation by the kind's strategy,
/// so that no client owns fields that the server sets.
public final class FieldManager {
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";
    private static final ObjectNode NOTHING = Json.object();

    private final InstantSource clock;

    public FieldManager(InstantSource clock) {
        this.clock = clock;
    }

    /// The properties of an object's kind that determine ownership.
    ///
    /// @param hasStatus whether the status is written through its own subresource only
    public record Kind(ObjectSchema schema, boolean hasStatus) {
        Schema.Struct struct() {
            return schema.struct();
        }

        Scope scope(FieldOwner owner) {
            return new Scope(hasStatus, owner.subresource());
        }
    }

    /// Records the fields of a new object as owned by its creator, in place.
    public void created(Kind kind, ObjectNode object, FieldOwner maker) {
        record(kind, NOTHING, object, ManagedFields.ofWrite(NOTHING, object, false), maker).capped().writeTo(object);
    }

    /// Records the difference between `live` and `updated` as owned by the writer, in `updated`. An object that has no managed fields
    /// stays without them until it is applied.
    public void updated(Kind kind, ObjectNode live, ObjectNode updated, FieldOwner writer) {
        ManagedFields managed = ManagedFields.ofWrite(live, updated, !writer.subresource().isEmpty());
        if (!managed.isEmpty()) {
            managed = record(kind, live, updated, managed, writer).capped();
        }
        if (managed.equals(ManagedFields.of(live))) {
            Json.metadata(updated).set("managedFields", live.path("metadata").get("managedFields"));
            if (managed.isEmpty()) {
                Json.metadata(updated).remove("managedFields");
            }
        } else {
            managed.writeTo(updated);
        }
    }

    private ManagedFields record(Kind kind, ObjectNode live, ObjectNode updated, ManagedFields managed, FieldOwner writer) {
        Comparison difference = Comparison.of(kind.struct(), kind.scope(writer), live, updated);
        if (difference.isEmpty()) {
            return managed;
        }
        ManagedFields left = managed.without(difference, null);
        if (difference.changed() == null) {
            return left;
        }
        ManagedFields.Entry known = left.find(writer);
        return left.with(writer, now(), FieldSet.union(known == null ? null : known.fields(), difference.changed()));
    }

    private String now() {
        return Times.format(clock.instant());
    }

    /// Applies a configuration to an object. Modifies neither of them.
    ///
    /// @param live  the present object; null when there is none yet
    /// @param force whether to take fields that other managers own
    /// @return a new object, in which removed fields have no defaults yet
    /// @throws io.moka.apiserver.core.status.ApiException 400 for a configuration that does not fit the schema, 409 when it would change fields of other owners
    public ObjectNode applied(Kind kind, @Nullable ObjectNode live, ObjectNode config, FieldOwner applier, boolean force) {
        Configuration.check(kind.schema, config);
        Scope scope = kind.scope(applier);
        ObjectNode present = live == null ? NOTHING : live;
        ManagedFields managed = ManagedFields.of(present);
        if (managed.isEmpty() && live != null) {
            FieldOwner before = applier.named(BEFORE_FIRST_APPLY);
            managed = ManagedFields.NONE.with(before, now(), Comparison.of(kind.struct(), scope, NOTHING, live).changed());
        }
        ManagedFields.Entry last = managed.find(applier);
        ObjectNode named = NamedPaths.of(kind.struct(), scope, config);
        ManagedFields claimed = managed.with(applier, now(), named);
        ObjectNode result = OwnedFieldRemoval.of(kind.struct(), Merge.of(kind.struct(), present, config), last == null ? null : last.fields(), claimed.all());
        Comparison difference = Comparison.of(kind.struct(), scope, present, result);
        Conflicts conflicts = Conflicts.between(claimed, applier, difference);
        if (!force && !conflicts.isEmpty()) {
            Conflicts left = conflicts.except(LastApplied.transferable(kind.struct(), scope, present, applier));
            if (!left.isEmpty()) {
                throw left.refusal();
            }
        }
        ObjectNode object = withOwnMetadata(result);
        LastApplied.keep(object, config, applier);
        claimed.without(difference, applier).capped().writeTo(object);
        return object;
    }

    /// Replaces the metadata by a copy. The tree may share parts with others, and its metadata is about to be modified.
    private static ObjectNode withOwnMetadata(ObjectNode object) {
        ObjectNode metadata = Json.object();
        metadata.setAll((ObjectNode) (object.get("metadata") instanceof ObjectNode known ? known : Json.object()));
        object.set("metadata", metadata);
        return object;
    }

    /// Restores the old times in `managedFields` when an apply has changed nothing else.
    public void settle(ObjectNode live, ObjectNode applied) {
        if (!ManagedFields.of(applied).sameButForTimes(ManagedFields.of(live))) {
            return;
        }
        ObjectNode same = applied.deepCopy();
        Json.metadata(same).set("managedFields", live.path("metadata").path("managedFields"));
        if (same.equals(live)) {
            Json.metadata(applied).set("managedFields", live.path("metadata").path("managedFields"));
        }
    }
}
