package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.fieldmanager.FieldManager;
import io.moka.apiserver.fieldmanager.FieldOwner;
import io.moka.apiserver.resource.ResourceType;
import java.time.InstantSource;

/// Keeps `managedFields` for the verbs.
final class Ownership {
    private final Intake intake;
    private final FieldManager fields;

    Ownership(Intake intake, InstantSource clock) {
        this.intake = intake;
        fields = new FieldManager(clock);
    }

    private FieldManager.Kind kind(ResourceType type) {
        return new FieldManager.Kind(intake.schema(type.gvk()), type.hasStatus());
    }

    /// @param object has been accepted; is changed in place
    ObjectNode created(ResourceType type, ObjectNode object, FieldOwner maker) {
        fields.created(kind(type), object, maker);
        return object;
    }

    /// @param updated has been accepted; is changed in place
    ObjectNode updated(ResourceType type, ObjectNode updated, Versioned current, FieldOwner writer) {
        fields.updated(kind(type), current.object(), updated, writer);
        return updated;
    }

    FieldManager fields() {
        return fields;
    }

    /// The result of an apply to what there is; has yet to be accepted.
    ObjectNode applied(ResourceType type, Versioned current, ObjectNode config, FieldOwner applier, boolean force) {
        return fields.applied(kind(type), current.object(), config, applier, force);
    }

    /// The result of an apply where there is nothing.
    ObjectNode appliedAnew(ResourceType type, ObjectNode config, FieldOwner applier) {
        return fields.applied(kind(type), null, config, applier, false);
    }
}
