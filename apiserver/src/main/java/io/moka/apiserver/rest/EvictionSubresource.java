package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.admission.AdmissionRequest.Operation;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.matching.SelectorNodes;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectStorage.Change;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.status.StatusCause;
import io.moka.machinery.meta.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `pods/eviction`: a delete that respects the pod disruption budgets.
final class EvictionSubresource implements Subresource {
    private final Registry registry;
    private final ObjectStorage storage;
    private final DeleteVerb deleteVerb;
    private final ResourceType budgets;

    EvictionSubresource(Registry registry, ObjectStorage storage, DeleteVerb deleteVerb) {
        this.registry = registry;
        this.storage = storage;
        this.deleteVerb = deleteVerb;
        budgets = registry.catalog().get("policy", "v1", "poddisruptionbudgets");
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        if (!exchange.info().verb().equals("create")) {
            throw ResourceHandler.notAllowed();
        }
        ObjectNode eviction = BodyDecoder.object(exchange);
        if (!Json.name(eviction).isEmpty() && !Json.name(eviction).equals(target.name())) {
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        }
        Caller caller = WriteOptions.caller(exchange);
        var request = new AdmissionRequest(Operation.CREATE, target.type(), target.subresource(), kind(eviction), target.namespace(), target.name(), eviction, null, caller);
        registry.admission().mutate(request);
        registry.admission().validate(request);
        boolean dryRun = caller.dryRun() || eviction.path("deleteOptions").path("dryRun").path(0).asText().equals("All");
        registry.caches().awaitFresh();
        ObjectNode pod = registry.caches().get(target.type(), target.namespace(), target.name());
        if (pod == null) {
            throw target.notFound();
        }
        if (!budgetFree(pod)) {
            spendBudget(target, pod, dryRun);
        }
        var options = new DeleteOptions(eviction.path("deleteOptions").path("gracePeriodSeconds").asLong(-1), DeleteOptions.Propagation.DEFAULT,
                Json.text(eviction, "deleteOptions", "preconditions", "uid"), Json.text(eviction, "deleteOptions", "preconditions", "resourceVersion"), dryRun);
        deleteVerb.delete(new Target(target.type(), target.namespace(), target.name(), ""), options, admitted -> { });
        exchange.answer(201, new Status(201, "", "", null).toJson());
    }

    /// `policy/v1`, unless the client speaks of the older version.
    private static GroupVersionKind kind(ObjectNode eviction) {
        String sent = Json.text(eviction, "apiVersion");
        GroupVersionKind kind = GroupVersionKind.of(sent.startsWith("policy/") ? sent : "policy/v1", "Eviction");
        eviction.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        return kind;
    }

    /// A pod that serves nobody may go without asking.
    private static boolean budgetFree(ObjectNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return phase.equals("Pending") || phase.equals("Succeeded") || phase.equals("Failed") || Deletion.marked(pod);
    }

    private void spendBudget(Target target, ObjectNode pod, boolean dryRun) {
        List<ObjectNode> matching = matchingBudgets(target.namespace(), pod);
        if (matching.size() > 1) {
            throw ApiException.internal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        if (matching.isEmpty()) {
            return;
        }
        String name = Json.name(matching.getFirst());
        storage.update(new Target(budgets, target.namespace(), name, "status"), dryRun, current -> {
            ObjectNode budget = current.object().deepCopy();
            ObjectNode status = Json.child(budget, "status");
            int allowed = status.path("disruptionsAllowed").asInt();
            if (allowed <= 0) {
                throw refused(name, status);
            }
            status.put("disruptionsAllowed", allowed - 1);
            return new Change.Write(budget);
        });
    }

    private static ApiException refused(String budget, ObjectNode status) {
        String cause = "The disruption budget " + budget + " needs " + status.path("desiredHealthy").asInt()
                + " healthy pods and has " + status.path("currentHealthy").asInt() + " currently";
        return new ApiException(new Status(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
                new Status.Details("", "", "", "", List.of(new StatusCause("DisruptionBudget", cause, "")), 0)));
    }

    private List<ObjectNode> matchingBudgets(String namespace, ObjectNode pod) {
        Map<String, String> labels = new HashMap<>();
        pod.path("metadata").path("labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<ObjectNode> matching = new ArrayList<>();
        for (ObjectNode budget : registry.caches().list(budgets, namespace)) {
            if (SelectorNodes.read(budget.path("spec").path("selector")).map((LabelSelector selector) -> selector.matches(labels)).orElse(false)) {
                matching.add(budget);
            }
        }
        return matching;
    }
}
