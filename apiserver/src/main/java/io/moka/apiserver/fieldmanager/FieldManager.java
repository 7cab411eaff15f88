package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.schema.ObjectSchema;
import io.moka.apiserver.schema.Schema;
import io.moka.machinery.meta.Times;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Keeps `metadata.managedFields`. Safe for all threads.
///
/// Objects are compared as clients wish them to be: after their defaults, before admission and before the kind's own rules, so that
/// nobody owns what the server sets.
public final class FieldManager {
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";
    private static final ObjectNode NOTHING = Json.object();

    private final InstantSource clock;

    public FieldManager(InstantSource clock) {
        this.clock = clock;
    }

    /// What the rules of ownership need to know of the object's kind.
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

    /// Records a new object's fields as its maker's, in place.
    public void created(Kind kind, ObjectNode object, FieldOwner maker) {
        record(kind, NOTHING, object, ManagedFields.ofWrite(NOTHING, object, false), maker).capped().writeTo(object);
    }

    /// Records what differs between `live` and `updated` as the writer's, in `updated`. An object that nobody has applied and whose
    /// ownership has been cleared stays without.
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

    /// Applies a configuration to an object, neither of which is changed.
    ///
    /// @param live  null when there is no such object yet
    /// @param force whether to take what others own
    /// @return a new object, without the defaults of what has been removed
    /// @throws io.moka.apiserver.status.ApiException 400 for a configuration that does not fit the schema, 409 when others own what it would change
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
        ObjectNode named = Naming.of(kind.struct(), scope, config);
        ManagedFields claimed = managed.with(applier, now(), named);
        ObjectNode result = Withdrawal.of(kind.struct(), Merge.of(kind.struct(), present, config), last == null ? null : last.fields(), claimed.all());
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

    /// The tree may share parts with others; its metadata is about to be changed.
    private static ObjectNode withOwnMetadata(ObjectNode object) {
        ObjectNode metadata = Json.object();
        metadata.setAll((ObjectNode) (object.get("metadata") instanceof ObjectNode known ? known : Json.object()));
        object.set("metadata", metadata);
        return object;
    }

    /// Takes a new time back when an apply has turned out to change nothing else.
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
