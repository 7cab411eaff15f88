package io.moka.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.moka.apiserver.admission.matching.DerivedValue;
import io.moka.apiserver.admission.matching.MatchConditions;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.admission.policy.Invocation.Problem;
import io.moka.apiserver.admission.policy.ValidationProgram.Findings;
import io.moka.apiserver.admission.policy.ValidationProgram.Violation;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.machinery.process.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Validates requests against ValidatingAdmissionPolicies.
public final class ValidatingPolicies implements AdmissionPlugin {
    private static final int MAX_ANNOTATION_CHARS = 10 * 1024;

    private final MatchingContext cluster;
    private final DerivedValue<List<Policy<ValidationProgram>>> policies;
    private final PolicyMetrics metrics = new PolicyMetrics(Metrics.registry(), "validating");

    public ValidatingPolicies(MatchingContext cluster) {
        this.cluster = cluster;
        policies = Policy.bound(cluster, "validatingadmissionpolicies", "validatingadmissionpolicybindings", ValidationProgram::new);
    }

    @Override
    public void validate(AdmissionRequest request) {
        List<Policy<ValidationProgram>> bound = policies.get();
        if (!bound.isEmpty() && !Invocation.exempt(request)) {
            new Check(request).run(bound);
        }
    }

    /// The evaluation of all policies for one request, with its refusals and audit annotations.
    private final class Check {
        private final AdmissionRequest request;
        private final List<ApiException> refusals = new ArrayList<>(0);
        private final Map<String, Map<String, Object>> inputs = new HashMap<>(1);
        private final Map<String, String> annotations = new LinkedHashMap<>(0);

        Check(AdmissionRequest request) {
            this.request = request;
        }

        void run(List<Policy<ValidationProgram>> bound) {
            Invocation.of(bound, request, cluster, this::misconfigured).forEach(this::evaluate);
            annotations.forEach(Remarks::annotate);
            if (!refusals.isEmpty()) {
                throw refusals.getFirst();
            }
        }

        private void misconfigured(Problem<ValidationProgram> problem) {
            if (!problem.policy().failsOpen()) {
                deny(problem.policy(), problem.binding(), problem.message(), "");
            }
        }

        private void evaluate(Invocation<ValidationProgram> invocation) {
            long start = System.nanoTime();
            Map<String, Object> input = invocation.input(inputs.computeIfAbsent(invocation.as().groupVersion(),
                    version -> Invocation.common(ReviewedRequest.of(request, invocation.as(), cluster.versions()), cluster)));
            MatchConditions conditions = invocation.policy().conditions();
            if (!conditions.isEmpty()) {
                switch (conditions.evaluate(Invocation.withoutNamespace(input))) {
                    case MatchConditions.Result.Matches() -> { }
                    case MatchConditions.Result.Excluded ignored -> {
                        return;
                    }
                    case MatchConditions.Result.Failed(String why) -> {
                        enforce(invocation, new Violation(0, why, "", true), start);
                        return;
                    }
                }
            }
            Findings findings = invocation.policy().program().evaluate(input);
            findings.violations().forEach(violation -> enforce(invocation, violation, start));
            if (findings.violations().isEmpty()) {
                metrics.checked(invocation, "allow", "no_error", System.nanoTime() - start);
            }
            findings.annotations().forEach((key, value) -> annotate(invocation.policy().name() + "/" + key, value));
            if (!invocation.policy().failsOpen()) {
                findings.errors().forEach(error -> deny(invocation.policy(), invocation.binding(), error, ""));
            }
        }

        private void enforce(Invocation<ValidationProgram> invocation, Violation violation, long start) {
            String error = violation.failed() ? "invalid_error" : "no_error";
            if (violation.failed() && invocation.policy().failsOpen()) {
                metrics.checked(invocation, "allow", error, System.nanoTime() - start);
                return;
            }
            for (String action : invocation.binding().actions()) {
                metrics.checked(invocation, action.toLowerCase(Locale.ROOT), error, System.nanoTime() - start);
                switch (action) {
                    case "Deny" -> deny(invocation.policy(), invocation.binding(), violation.message(), violation.reason());
                    case "Warn" -> Remarks.warn("Validation failed for ValidatingAdmissionPolicy '" + invocation.policy().name() + "' with binding '"
                            + invocation.binding().name() + "': " + violation.message());
                    default -> annotations.putIfAbsent("validation.policy.admission.k8s.io/validation_failure", audited(invocation, violation));
                }
            }
        }

        private void annotate(String key, String value) {
            String shortened = value.length() > MAX_ANNOTATION_CHARS ? value.substring(0, MAX_ANNOTATION_CHARS) : value;
            annotations.merge(key, shortened, (known, more) -> List.of(known.split(", ")).contains(more) ? known : known + ", " + more);
        }

        private void deny(Policy<?> policy, Policy.@Nullable Binding binding, String why, String reason) {
            String message = "ValidatingAdmissionPolicy '" + policy.name() + "'" + (binding == null ? "" : " with binding '" + binding.name() + "'") + " denied request: " + why;
            refusals.add(refusal(request, message, reason.isEmpty() ? "Invalid" : reason));
        }
    }

    private static String audited(Invocation<?> invocation, Violation violation) {
        ArrayNode list = Json.object().arrayNode();
        ArrayNode actions = list.addObject().put("message", violation.message()).put("policy", invocation.policy().name()).put("binding", invocation.binding().name())
                .put("expressionIndex", violation.index()).putArray("validationActions");
        invocation.binding().actions().forEach(actions::add);
        return list.toString();
    }

    /// Returns a refusal, worded like a refusal of access but with the policy's reason.
    private static ApiException refusal(AdmissionRequest request, String message, String reason) {
        int code = switch (reason) {
            case "Forbidden" -> 403;
            case "Unauthorized" -> 401;
            case "RequestEntityTooLarge" -> 413;
            default -> 422;
        };
        ApiException forbidden = ApiException.forbidden(request.type().group(), request.type().plural(), request.name(), message);
        return new ApiException(new Status(code, reason, forbidden.status().message(),
                new Status.Details(request.type().group(), request.type().plural(), request.name(), "", List.of(new StatusCause("", message, "")), 0)));
    }
}
