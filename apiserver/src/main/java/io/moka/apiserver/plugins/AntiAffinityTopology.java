package io.moka.apiserver.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.admission.AdmissionPlugin;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.json.Json;

/// A pod may keep others off its node, and not off whole zones. Upstream's LimitPodHardAntiAffinityTopology.
public final class AntiAffinityTopology implements AdmissionPlugin {
    private static final String HOSTNAME = "kubernetes.io/hostname";

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        JsonNode required = request.newObject().path("spec").path("affinity").path("podAntiAffinity").path("requiredDuringSchedulingIgnoredDuringExecution");
        for (JsonNode term : required) {
            String key = Json.text(term, "topologyKey");
            if (!key.equals(HOSTNAME)) {
                throw Forbidden.because(request, "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey " + key + " but only key " + HOSTNAME + " is allowed");
            }
        }
    }
}
