package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.fieldmanager.FieldManager;
import io.moka.apiserver.core.fieldmanager.FieldOwner;
import io.moka.apiserver.core.resource.ResourceType;
import java.time.InstantSource;

/// Records field ownership in `managedFields` for the writing verbs.
public final class Ownership {
    private final Intake intake;
    private final FieldManager fields;

    Ownership(Intake intake, InstantSource clock) {
        this.intake = intake;
        fields = new FieldManager(clock);
    }

    private FieldManager.Kind kind(ResourceType type) {
        return new FieldManager.Kind(intake.schema(type.gvk()), type.hasStatus());
    }

    /// @param object the decoded object; is changed in place
    ObjectNode created(ResourceType type, ObjectNode object, FieldOwner maker) {
        fields.created(kind(type), object, maker);
        return object;
    }

    /// @param updated the decoded object; is changed in place
    public ObjectNode updated(ResourceType type, ObjectNode updated, Versioned current, FieldOwner writer) {
        fields.updated(kind(type), current.object(), updated, writer);
        return updated;
    }

    public FieldManager fields() {
        return fields;
    }

    /// Returns the result of applying a configuration to an existing object; it has yet to be validated.
    public ObjectNode applied(ResourceType type, Versioned current, ObjectNode config, FieldOwner applier, boolean force) {
        return fields.applied(kind(type), current.object(), config, applier, force);
    }

    /// Returns the result of applying a configuration when there is no object yet.
    ObjectNode appliedAnew(ResourceType type, ObjectNode config, FieldOwner applier) {
        return fields.applied(kind(type), null, config, applier, false);
    }
}
