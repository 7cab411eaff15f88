package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;

/// Adds tolerations to pods, unless they set their own: five minutes for a node that is not ready or not reachable.
public final class DefaultTolerationSeconds implements AdmissionPlugin {
    private static final int SECONDS = 300;
    private static final String[] TAINTS = {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"};

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        ObjectNode spec = Json.child(request.newObject(), "spec");
        for (String taint : TAINTS) {
            if (!tolerates(spec, taint)) {
                spec.withArray("tolerations").addObject().put("key", taint).put("operator", "Exists").put("effect", "NoExecute").put("tolerationSeconds", SECONDS);
            }
        }
    }

    private static boolean tolerates(JsonNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = Json.text(toleration, "key");
            String effect = Json.text(toleration, "effect");
            if ((key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"))) {
                return true;
            }
        }
        return false;
    }
}
