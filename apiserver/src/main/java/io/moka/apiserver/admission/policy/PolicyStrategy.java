package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.strategy.KeptMetadata;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The strategy of admission policies of both kinds. Errors are reported when a policy is written. An update that leaves the spec
/// as it is is not validated, so a policy that was valid once stays valid.
abstract sealed class PolicyStrategy implements Strategy permits MutatingPolicyStrategy, ValidatingPolicyStrategy {

    /// Returns the variables that the policy's expressions may use.
    abstract Variables variables(JsonNode spec);

    /// Validates the fields that only this kind of policy has.
    abstract void check(ObjectNode policy, Variables variables, PolicyRules rules, Problems problems);

    @Override
    public final boolean hasGeneration() {
        return true;
    }

    @Override
    public final boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public final void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        KeptMetadata.restore(updated, current);
    }

    @Override
    public final List<Cause> validateCreate(ObjectNode object) {
        return validate(object, null);
    }

    @Override
    public final List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        return updated.path("spec").equals(current.path("spec")) ? List.of() : validate(updated, current);
    }

    private List<Cause> validate(ObjectNode policy, @Nullable ObjectNode old) {
        Problems problems = new Problems();
        PolicyRules rules = new PolicyRules(problems);
        Variables variables = variables(policy.path("spec"));
        rules.check(policy, old, variables);
        check(policy, variables, rules, problems);
        return problems.found();
    }
}
