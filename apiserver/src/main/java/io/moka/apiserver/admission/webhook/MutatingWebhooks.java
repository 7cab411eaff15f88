package io.moka.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.matching.Criteria;
import io.moka.apiserver.admission.matching.DerivedValue;
import io.moka.apiserver.admission.matching.MatchingContext;
import io.moka.apiserver.admission.matching.MutatedObject;
import io.moka.apiserver.admission.matching.ReinvocationState;
import io.moka.apiserver.admission.matching.ReviewedRequest;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.Remarks;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.patch.JsonPatch;
import io.moka.apiserver.core.patch.PatchException;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.extension.webhook.WebhookClient;
import io.moka.machinery.process.Metrics;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls the webhooks of MutatingWebhookConfigurations one after the other, and applies their patches.
public final class MutatingWebhooks implements AdmissionPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(MutatingWebhooks.class);
    private static final String ANNOTATION = "mutation.webhook.admission.k8s.io/";

    private final MatchingContext cluster;
    private final DerivedValue<List<Webhook>> webhooks;
    private final Invocations invocations;
    private final WebhookCall call;
    private final WebhookMetrics metrics = new WebhookMetrics(Metrics.registry(), "admit");

    public MutatingWebhooks(MatchingContext cluster, WebhookClient client) {
        this.cluster = cluster;
        webhooks = DerivedValue.of(cluster.caches(), cluster.catalog().get("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations"), Webhook::listOf);
        invocations = new Invocations(cluster);
        call = new WebhookCall(client, true);
    }

    @Override
    public void mutate(AdmissionRequest request) {
        List<Webhook> known = webhooks.get();
        if (known.isEmpty() || Criteria.exempt(request)) {
            return;
        }
        ReinvocationState<String> rounds = ReinvocationState.of(request, "MutatingAdmissionWebhook");
        rounds.begin(request);
        for (int i = 0; i < known.size(); i++) {
            Webhook webhook = known.get(i);
            ReviewedRequest reviewed = invocations.of(webhook, request);
            if (reviewed != null && rounds.isDue(request, webhook.id())) {
                boolean changed = ask(webhook, reviewed, (request.reinvocation().running() ? "round_1_index_" : "round_0_index_") + i);
                rounds.asked(request, webhook.id(), changed, webhook.reinvocable());
            }
        }
        rounds.end(request);
    }

    private boolean ask(Webhook webhook, ReviewedRequest reviewed, String place) {
        long start = System.nanoTime();
        Answer answer = call.ask(webhook, reviewed);
        metrics.asked(webhook, reviewed.request(), answer, System.nanoTime() - start);
        return switch (answer) {
            case Answer.Allowed(JsonNode patch, Answer.Extras extras) -> {
                ValidatingWebhooks.pass(webhook.name(), extras);
                boolean changed = patch != null && !patch.isEmpty() && apply(webhook, reviewed, patch);
                Remarks.annotate(ANNOTATION + place, annotation(webhook).put("mutated", changed).toString());
                if (patch != null && !patch.isEmpty()) {
                    ObjectNode told = annotation(webhook);
                    told.set("patch", patch);
                    Remarks.annotate("patch.webhook.admission.k8s.io/" + place, told.put("patchType", "JSONPatch").toString());
                }
                yield changed;
            }
            case Answer.Denied(ApiException refusal, Answer.Extras extras) -> {
                ValidatingWebhooks.pass(webhook.name(), extras);
                throw refusal;
            }
            case Answer.Failed(String reason) -> {
                if (!webhook.failsOpen()) {
                    LOG.warn("Failed calling webhook, failing closed {}: {}", webhook.name(), reason);
                    throw Answer.failure(webhook.name(), reason);
                }
                LOG.warn("Failed calling webhook, failing open {}: {}", webhook.name(), reason);
                Remarks.annotate("failed-open." + ANNOTATION + place, webhook.name());
                yield false;
            }
        };
    }

    private static ObjectNode annotation(Webhook webhook) {
        return Json.object().put("configuration", webhook.configuration()).put("webhook", webhook.name());
    }

    private boolean apply(Webhook webhook, ReviewedRequest reviewed, JsonNode patch) {
        try {
            ObjectNode object = reviewed.object();
            if (object == null) {
                throw Answer.internal("admission webhook \"" + webhook.name() + "\" attempted to modify the object, which is not supported for this operation");
            }
            return MutatedObject.replace(reviewed, JsonPatch.apply(object, patch), false, cluster);
        } catch (PatchException refused) {
            metrics.patchFailed(webhook, reviewed.request());
            throw Answer.internal(String.valueOf(refused.getMessage()));
        } catch (MutatedObject.Malformed refused) {
            metrics.patchFailed(webhook, reviewed.request());
            throw Answer.internal(String.valueOf(refused.getMessage()));
        }
    }
}
