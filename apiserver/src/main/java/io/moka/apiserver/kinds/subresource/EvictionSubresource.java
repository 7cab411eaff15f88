package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.rest.Answers;
import io.moka.apiserver.core.rest.BodyDecoder;
import io.moka.apiserver.core.rest.DeleteOptions;
import io.moka.apiserver.core.rest.DeleteVerb;
import io.moka.apiserver.core.rest.Deletion;
import io.moka.apiserver.core.rest.ObjectStorage;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.rest.ResourceHandler;
import io.moka.apiserver.core.rest.Target;
import io.moka.apiserver.core.rest.TargetHandler;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.rest.Versioned;
import io.moka.apiserver.core.rest.WriteOptions;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;

/// Serves `pods/eviction`: a delete that respects the pod disruption budgets.
///
/// Follows upstream's `pkg/context/core/pod/storage/eviction.go`. Concurrent evictions never get a
/// conflict: each continues from the state that the other wrote.
final class EvictionSubresource implements TargetHandler {
    private final VerbContext context;
    private final ObjectStorage storage;
    private final DeleteVerb deleteVerb;
    private final DisruptionBudgets budgets;

    EvictionSubresource(VerbContext context, ObjectStorage storage, DeleteVerb deleteVerb) {
        this.context = context;
        this.storage = storage;
        this.deleteVerb = deleteVerb;
        budgets = new DisruptionBudgets(context, storage);
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
        context.admission().mutate(request);
        context.admission().validate(request);
        boolean dryRun = caller.dryRun() || eviction.path("deleteOptions").path("dryRun").path(0).asText().equals("All");
        evict(target, eviction.path("deleteOptions"), dryRun);
        Answers.whole(exchange, 201, new Status(201, "", "", null).toJson());
    }

    private void evict(Target target, JsonNode asked, boolean dryRun) {
        context.caches().awaitFresh();
        Target pods = new Target(target.type(), target.namespace(), target.name(), "");
        Versioned pod = storage.fresh(pods);
        if (pod == null) {
            throw target.notFound();
        }
        var preconditions = new DeleteOptions(asked.path("gracePeriodSeconds").asLong(-1), DeleteOptions.Propagation.DEFAULT,
                Json.text(asked, "preconditions", "uid"), Json.text(asked, "preconditions", "resourceVersion"), dryRun);
        preconditions.requirePreconditions(pods, pod.object());
        var verdict = budgetFree(pod.object()) ? DisruptionBudgets.Verdict.FREE : budgets.spend(target, pod.object(), dryRun);
        if (!dryRun && !Deletion.marked(pod.object())) {
            markDisrupted(pods, Json.uid(pod.object()));
        }
        if (verdict == DisruptionBudgets.Verdict.FREE_WHILE_UNREADY) {
            requireUnready(pods);
        }
        var options = new DeleteOptions(asked.path("gracePeriodSeconds").asLong(-1), DeleteOptions.Propagation.DEFAULT, Json.uid(pod.object()), "", dryRun);
        deleteVerb.delete(pods, options, admitted -> { });
    }

    /// Refuses the eviction if the pod has become ready meanwhile, since a budget protects it then; the client tries again.
    private void requireUnready(Target pods) {
        Versioned now = storage.fresh(pods);
        if (now != null && Conditions.isTrue(now.object(), "Ready")) {
            throw new ApiException(new Status(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", Status.Details.retryAfter(10)));
        }
    }

    /// Returns the kind of the eviction: `policy/v1`, unless the client sent the older version.
    private static GroupVersionKind kind(ObjectNode eviction) {
        String sent = Json.text(eviction, "apiVersion");
        GroupVersionKind kind = GroupVersionKind.of(sent.startsWith("policy/") ? sent : "policy/v1", "Eviction");
        eviction.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        return kind;
    }

    /// Whether a pod may be evicted without a budget's consent, since it serves nobody: it has not started, has ended or is being deleted.
    private static boolean budgetFree(ObjectNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return phase.equals("Pending") || phase.equals("Succeeded") || phase.equals("Failed") || Deletion.marked(pod);
    }

    /// Sets the condition DisruptionTarget, so that the pod's owner knows that the pod did not fail by itself.
    private void markDisrupted(Target pods, String uid) {
        storage.update(new Target(pods.type(), pods.namespace(), pods.name(), "status"), false, current -> {
            ObjectNode pod = current.object().deepCopy();
            if (!Json.uid(pod).equals(uid)) {
                throw pods.notFound();
            }
            Conditions.set(pod, "DisruptionTarget", true, "EvictionByEvictionAPI", "Eviction API: evicting", context.clock().instant())
                    .put("observedGeneration", pod.path("metadata").path("generation").asLong());
            return new Change.Write(pod);
        });
    }
}
