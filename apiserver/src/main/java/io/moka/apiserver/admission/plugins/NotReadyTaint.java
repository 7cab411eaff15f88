package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;

/// Taints new nodes as not ready, so that they get no pods before they report that they are ready. Upstream's TaintNodesByCondition.
public final class NotReadyTaint implements AdmissionPlugin {
    private static final String KEY = "node.kubernetes.io/not-ready";
    private static final String EFFECT = "NoSchedule";

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("nodes")) {
            return;
        }
        ArrayNode taints = Json.child(request.newObject(), "spec").withArray("taints");
        for (JsonNode taint : taints) {
            if (Json.text(taint, "key").equals(KEY) && Json.text(taint, "effect").equals(EFFECT)) {
                return;
            }
        }
        taints.addObject().put("key", KEY).put("effect", EFFECT);
    }
}
