package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.OlderVersions;
import java.util.List;

/// Everything the server knows about one kind. Custom kinds have a form of it of their own. Immutable and safe for all threads.
///
/// The order on the way in is [#checkTypes], [#prune], [#applyDefaults], (admission,) [#validate]. The later steps rely
/// on the types being right.
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

    /// The shape, for those who walk objects themselves (patches, OpenAPI).
    public Schema.Struct struct() {
        return struct;
    }

    /// The first value of a wrong JSON type, as a decoder would stop at it; empty when all is well.
    public List<TypeProblem> checkTypes(ObjectNode object) {
        String problem = TypeChecker.firstProblem(struct, object);
        return problem == null ? List.of() : List.of(new TypeProblem(kind, problem));
    }

    /// Removes fields that the schema does not know and returns them.
    ///
    /// Silently it removes nulls and empty optional collections, and writes quantities and times in canonical form, as
    /// all of that is lost or changed when Go decodes and encodes an object.
    public List<FieldProblem> prune(ObjectNode object) {
        return Pruner.prune(struct, object);
    }

    /// Fills in what the kind's defaults say, in place.
    public void applyDefaults(ObjectNode object) {
        Defaulter.apply(struct, object);
    }

    /// All that is wrong with a new object.
    public List<Cause> validate(ObjectNode object) {
        Causes causes = new Causes();
        MetadataRules.check(object, rules.naming(), causes);
        RuleChecker.check(struct, object, causes);
        rules.creation().accept(object, causes);
        return causes.found();
    }

    /// All that is wrong with `updated` as the next state of `old`; includes what [#validate] finds, but for what concerns the making of an object.
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode old) {
        return validateUpdate(updated, old, "");
    }

    /// The same for a change through a subresource.
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
