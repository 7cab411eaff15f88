package io.moka.apiserver.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.moka.apiserver.admission.AdmissionPlugin;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.json.Json;

/// A new node takes no pods before it has said that it is ready. Upstream's TaintNodesByCondition.
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
