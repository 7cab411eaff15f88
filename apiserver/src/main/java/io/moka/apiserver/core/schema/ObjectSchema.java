package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.OlderVersions;
import java.util.List;

/// The schema of one kind: checks types, prunes, sets defaults and validates. Custom kinds have a subclass. Immutable and safe for all threads.
///
/// The order on the way in is [#checkTypes], [#prune], [#applyDefaults], (admission,) [#validate]. The later steps rely
/// on correct types.
public class ObjectSchema {

    private final GroupVersionKind kind;
    private final Schema.Struct struct;
    private final KindRules rules;

    public ObjectSchema(GroupVersionKind kind, Schema.Struct struct) {
        this.kind = kind;
        this.struct = struct;
        this.rules = KindRules.of(OlderVersions.sameSchema(kind));
    }

    public GroupVersionKind kind() {
        return kind;
    }

    /// Returns the kind's type, for code that walks objects itself (patches, OpenAPI).
    public Schema.Struct struct() {
        return struct;
    }

    /// Returns the first value of a wrong JSON type, at which a decoder would stop; empty when all types are right.
    public List<TypeProblem> checkTypes(ObjectNode object) {
        String problem = TypeChecker.firstProblem(struct, object);
        return problem == null ? List.of() : List.of(new TypeProblem(kind, problem));
    }

    /// Removes fields that the schema does not know and returns them.
    ///
    /// Also removes nulls and empty optional collections, without reporting them, and writes quantities and times in canonical form, since
    /// Go removes or changes these when it decodes and encodes an object.
    public List<FieldProblem> prune(ObjectNode object) {
        return Pruner.prune(struct, object);
    }

    /// Sets the kind's defaults, in place.
    public void applyDefaults(ObjectNode object) {
        Defaulter.apply(struct, object);
    }

    /// Returns all violations of the rules by a new object.
    public List<Cause> validate(ObjectNode object) {
        Causes causes = new Causes();
        MetadataRules.check(object, rules.naming(), causes);
        RuleChecker.check(struct, object, causes);
        rules.creation().accept(object, causes);
        return causes.found();
    }

    /// Returns all violations by `updated` as the next state of `old`; includes those that [#validate] finds, except for rules of creation.
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode old) {
        return validateUpdate(updated, old, "");
    }

    /// Returns all violations by a change through a subresource.
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode old, String subresource) {
        Causes causes = new Causes();
        MetadataRules.check(updated, rules.naming(), causes);
        MetadataRules.checkUpdate(updated, old, causes);
        RuleChecker.check(struct, updated, causes);
        RuleChecker.checkImmutable(struct, updated, old, causes);
        rules.update(subresource).check(updated, old, causes);
        return causes.found();
    }
}
