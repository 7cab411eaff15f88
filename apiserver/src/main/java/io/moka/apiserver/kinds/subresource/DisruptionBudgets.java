package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.json.SelectorNodes;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectStorage;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.status.StatusCause;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Decides by the pod disruption budgets whether an eviction is allowed, and records the allowed ones.
///
/// The disruption controller computes how many disruptions a budget allows; each eviction takes one of them and notes the pod, so that the controller
/// counts a pod that is still there as gone.
final class DisruptionBudgets {
    /// Maximum number of evictions that the controller has not confirmed yet; at that number further ones are refused.
    private static final int MOST_UNCONFIRMED = 2000;
    private static final int PROCESSING_SECONDS = 10;

    /// The reason why a pod may be evicted.
    enum Verdict {
        /// No budget selects the pod.
        FREE,
        /// A budget selects the pod, but does not protect it while it is not ready.
        FREE_WHILE_UNREADY,
        /// One of the budget's disruptions was used for the pod.
        SPENT
    }

    private final VerbContext context;
    private final ObjectStorage storage;
    private final ResourceType budgets;

    DisruptionBudgets(VerbContext context, ObjectStorage storage) {
        this.context = context;
        this.storage = storage;
        budgets = context.catalog().get("policy", "v1", "poddisruptionbudgets");
    }

    /// Uses one disruption of the pod's budget.
    ///
    /// @throws ApiException 429 when the budget allows none, 500 when several budgets select the pod
    Verdict spend(Target target, ObjectNode pod, boolean dryRun) {
        List<ObjectNode> matching = matching(target.namespace(), pod);
        if (matching.size() > 1) {
            throw ApiException.internal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        if (matching.isEmpty()) {
            return Verdict.FREE;
        }
        ObjectNode budget = matching.getFirst();
        if (!Conditions.isTrue(pod, "Ready") && sparesUnready(budget, pod)) {
            return Verdict.FREE_WHILE_UNREADY;
        }
        String name = Json.name(budget);
        storage.update(new Target(budgets, target.namespace(), name, "status"), dryRun, current -> new Change.Write(spent(current.object().deepCopy(), Json.name(pod))));
        return Verdict.SPENT;
    }

    /// Whether a running pod that is not ready may be evicted: by default when enough others are healthy, with `AlwaysAllow` always.
    private static boolean sparesUnready(ObjectNode budget, ObjectNode pod) {
        if (budget.path("spec").path("unhealthyPodEvictionPolicy").asText().equals("AlwaysAllow")) {
            return true;
        }
        JsonNode status = budget.path("status");
        return Json.text(pod, "status", "phase").equals("Running")
                && status.path("desiredHealthy").asInt() > 0 && status.path("currentHealthy").asInt() >= status.path("desiredHealthy").asInt();
    }

    private ObjectNode spent(ObjectNode budget, String pod) {
        String name = Json.name(budget);
        ObjectNode status = Json.child(budget, "status");
        if (status.path("observedGeneration").asLong() < budget.path("metadata").path("generation").asLong()) {
            throw refused("The disruption budget " + name + " is still being processed by the server.", PROCESSING_SECONDS);
        }
        int allowed = status.path("disruptionsAllowed").asInt();
        if (allowed < 0) {
            throw ApiException.forbidden("policy", "poddisruptionbudgets", name, "pdb disruptions allowed is negative");
        }
        if (status.path("disruptedPods").size() > MOST_UNCONFIRMED) {
            throw ApiException.forbidden("policy", "poddisruptionbudgets", name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }
        if (allowed == 0) {
            throw refused("The disruption budget " + name + " needs " + status.path("desiredHealthy").asInt() + " healthy pods and has "
                    + status.path("currentHealthy").asInt() + " currently", 0);
        }
        status.put("disruptionsAllowed", allowed - 1);
        if (allowed == 1) {
            Conditions.set(budget, "DisruptionAllowed", false, "InsufficientPods", "", context.clock().instant()).put("observedGeneration", budget.path("metadata").path("generation").asLong());
        }
        Json.child(status, "disruptedPods").put(pod, Times.format(context.clock().instant()));
        return budget;
    }

    private static ApiException refused(String cause, int retrySeconds) {
        return new ApiException(new Status(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
                new Status.Details("", "", "", "", List.of(new StatusCause("DisruptionBudget", cause, "")), retrySeconds)));
    }

    private List<ObjectNode> matching(String namespace, ObjectNode pod) {
        Map<String, String> labels = new HashMap<>();
        pod.path("metadata").path("labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<ObjectNode> matching = new ArrayList<>();
        for (ObjectNode budget : context.caches().list(budgets, namespace)) {
            if (SelectorNodes.read(budget.path("spec").path("selector")).map((LabelSelector selector) -> selector.matches(labels)).orElse(false)) {
                matching.add(budget);
            }
        }
        return matching;
    }
}
