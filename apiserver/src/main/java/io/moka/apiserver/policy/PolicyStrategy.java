package io.moka.apiserver.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Cause;
import io.moka.apiserver.strategy.KeptMetadata;
import io.moka.apiserver.strategy.Strategy;
import io.moka.apiserver.structural.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is special about policies of both kinds on their way into the store: what is wrong is said when they are written, and a policy that
/// was good once stays so as long as nobody changes what it asks for.
abstract sealed class PolicyStrategy implements Strategy permits MutatingPolicyStrategy, ValidatingPolicyStrategy {

    /// The variables that the policy's expressions may use.
    abstract Variables variables(JsonNode spec);

    /// Looks at what only this kind of policy has.
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
