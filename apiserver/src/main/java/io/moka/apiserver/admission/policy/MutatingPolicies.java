package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.DerivedValue;
import io.moka.apiserver.admission.matching.MatchConditions;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.matching.MutatedObject;
import io.moka.apiserver.admission.matching.ReinvocationState;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.admission.policy.Invocation.Problem;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.machinery.process.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Applies the mutations of MutatingAdmissionPolicies to the objects of requests.
public final class MutatingPolicies implements AdmissionPlugin {
    private final MatchingContext cluster;
    private final DerivedValue<List<Policy<MutationProgram>>> policies;
    private final PolicyMetrics metrics = new PolicyMetrics(Metrics.registry(), "mutating");

    public MutatingPolicies(MatchingContext cluster) {
        this.cluster = cluster;
        policies = Policy.bound(cluster, "mutatingadmissionpolicies", "mutatingadmissionpolicybindings", MutationProgram::new);
    }

    @Override
    public void mutate(AdmissionRequest request) {
        List<Policy<MutationProgram>> bound = policies.get();
        if (bound.isEmpty() || request.object() == null || Invocation.exempt(request)) {
            return;
        }
        Run run = new Run(request);
        ReinvocationState<String> rounds = ReinvocationState.of(request, "MutatingAdmissionPolicy");
        rounds.begin(request);
        Invocation.of(bound, request, cluster, run::misconfigured).forEach(invocation -> run.apply(invocation, rounds));
        rounds.end(request);
        run.requireNoProblems();
    }

    /// The evaluation of all policies for one request, with the problems found.
    private final class Run {
        private final AdmissionRequest request;
        private final List<StatusCause> problems = new ArrayList<>(0);
        private String reason = "";

        Run(AdmissionRequest request) {
            this.request = request;
        }

        private void misconfigured(Problem<MutationProgram> problem) {
            add(problem.policy(), problem.binding(), problem.message(), "Forbidden");
        }

        private void add(Policy<?> policy, Policy.@Nullable Binding binding, String why, String because) {
            if (policy.failsOpen()) {
                return;
            }
            reason = reason.isEmpty() ? because : reason;
            problems.add(new StatusCause("", (binding == null ? "policy \"" + policy.name() + "\"" : "policy '" + policy.name() + "' with binding '" + binding.name() + "'")
                    + " denied request: " + why, ""));
        }

        void apply(Invocation<MutationProgram> invocation, ReinvocationState<String> rounds) {
            if (!conditionsHold(invocation) || !rounds.isDue(request, invocation.id())) {
                return;
            }
            boolean changed = false;
            for (int i = 0; i < invocation.policy().program().size(); i++) {
                changed |= mutate(invocation, i);
            }
            rounds.asked(request, invocation.id(), changed, invocation.policy().program().reinvocable());
        }

        private boolean conditionsHold(Invocation<MutationProgram> invocation) {
            MatchConditions conditions = invocation.policy().conditions();
            if (conditions.isEmpty()) {
                return true;
            }
            return switch (conditions.evaluate(Invocation.withoutNamespace(input(invocation, reviewed(invocation))))) {
                case MatchConditions.Result.Matches() -> true;
                case MatchConditions.Result.Excluded ignored -> false;
                case MatchConditions.Result.Failed(String why) -> {
                    add(invocation.policy(), invocation.binding(), why, "Invalid");
                    yield false;
                }
            };
        }

        private ReviewedRequest reviewed(Invocation<MutationProgram> invocation) {
            return ReviewedRequest.of(request, invocation.as(), cluster.versions());
        }

        private Map<String, Object> input(Invocation<MutationProgram> invocation, ReviewedRequest reviewed) {
            return invocation.input(Invocation.common(reviewed, cluster));
        }

        /// Whether the mutation has changed anything.
        private boolean mutate(Invocation<MutationProgram> invocation, int index) {
            long start = System.nanoTime();
            ReviewedRequest reviewed = reviewed(invocation);
            ObjectNode object = Objects.requireNonNull(reviewed.object());
            ObjectSchema schema = cluster.schemas().find(reviewed.kind());
            if (schema == null) {
                throw ApiException.unavailable("Resource kind " + reviewed.kind()
                        + " not found. There can be a delay between when CustomResourceDefinitions are created and when they are available.");
            }
            try {
                JsonNode made = invocation.policy().program().apply(index, object, reviewed.kind(), schema, input(invocation, reviewed));
                boolean changed = made != object && MutatedObject.replace(reviewed, made, true, cluster);
                metrics.checked(invocation, "allow", "no_error", System.nanoTime() - start);
                return changed;
            } catch (MutationProgram.Failed | MutatedObject.Malformed failed) {
                metrics.checked(invocation, invocation.policy().failsOpen() ? "allow" : "deny", "invalid_error", System.nanoTime() - start);
                add(invocation.policy(), invocation.binding(), String.valueOf(failed.getMessage()), "Invalid");
                return false;
            }
        }

        void requireNoProblems() {
            if (!problems.isEmpty()) {
                throw new ApiException(new Status(403, reason, problems.getFirst().message(),
                        new Status.Details(request.type().group(), request.type().plural(), request.nameToTell(), "", List.copyOf(problems), 0)));
            }
        }
    }
}
