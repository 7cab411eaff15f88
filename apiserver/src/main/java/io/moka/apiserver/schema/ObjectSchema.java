package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.GroupVersionKind;
import java.util.List;

/// Everything the server knows about one kind. Immutable and safe for all threads.
///
/// The order on the way in is [#checkTypes], [#prune], [#applyDefaults], (admission,) [#validate].
public final class ObjectSchema {

    private final GroupVersionKind kind;

    ObjectSchema(GroupVersionKind kind) {
        this.kind = kind;
    }

    public GroupVersionKind kind() {
        return kind;
    }

    /// The first value of a wrong JSON type, as a decoder would stop at; empty when all is well.
    public List<TypeProblem> checkTypes(ObjectNode object) {
        return List.of();
    }

    /// Removes fields that the schema does not know and returns them; nulls and empty optional collections go silently.
    public List<FieldProblem> prune(ObjectNode object) {
        return List.of();
    }

    /// Fills in what the kind's defaults say, in place.
    public void applyDefaults(ObjectNode object) {
    }

    /// All that is wrong with a new object (defaulted, types checked).
    public List<Cause> validate(ObjectNode object) {
        return List.of();
    }

    /// All that is wrong with `updated` as the next state of `old`; includes what [#validate] finds.
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode old) {
        return List.of();
    }
}
