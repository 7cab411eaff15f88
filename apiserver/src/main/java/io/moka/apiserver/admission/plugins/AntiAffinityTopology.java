package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;

/// Refuses required pod anti-affinity for a larger topology than the node. Upstream's LimitPodHardAntiAffinityTopology.
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
                throw PluginRefusal.because(request, "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey " + key + " but only key " + HOSTNAME + " is allowed");
            }
        }
    }
}
