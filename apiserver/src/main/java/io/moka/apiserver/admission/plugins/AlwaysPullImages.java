package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;

/// Sets the pull policy of all containers and image volumes to `Always`, so that no pod runs another's private image only because it is on the node.
public final class AlwaysPullImages implements AdmissionPlugin {
    private static final String[] LISTS = {"initContainers", "containers", "ephemeralContainers"};

    private static boolean concerns(AdmissionRequest request) {
        boolean written = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        return written && request.isCore("pods") && (request.subresource().isEmpty() || request.subresource().equals("ephemeralcontainers"));
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!concerns(request)) {
            return;
        }
        JsonNode spec = request.newObject().path("spec");
        for (String list : LISTS) {
            spec.path(list).forEach(container -> ((ObjectNode) container).put("imagePullPolicy", "Always"));
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path("image") instanceof ObjectNode image) {
                image.put("pullPolicy", "Always");
            }
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!concerns(request)) {
            return;
        }
        for (String list : LISTS) {
            int position = 0;
            for (JsonNode container : request.newObject().path("spec").path(list)) {
                String policy = Json.text(container, "imagePullPolicy");
                if (!policy.equals("Always")) {
                    throw PluginRefusal.because(request, "spec." + list + "[" + position + "].imagePullPolicy: Unsupported value: \"" + policy + "\": supported values: \"Always\"");
                }
                position++;
            }
        }
    }
}
