package io.moka.apiserver.kinds.warning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.List;

/// Finds warnings for services, mostly about fields that have no effect for their type.
final class ServiceWarnings {

    private ServiceWarnings() {
    }

    static void find(ObjectNode service, List<String> found) {
        JsonNode spec = service.path("spec");
        String type = Json.text(spec, "type");
        boolean headless = type.equals("ClusterIP") && Json.text(spec, "clusterIP").equals("None");
        boolean external = !spec.path("externalIPs").isEmpty();
        if (service.path("metadata").path("annotations").has("service.kubernetes.io/topology-aware-hints")) {
            found.add("annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead");
        }
        if (headless) {
            ofHeadless(spec, external, found);
        }
        if (external && !headless && !type.equals("ExternalName")) {
            found.add("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
        }
        if (type.equals("ExternalName") && external) {
            found.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        }
        if (!type.equals("ExternalName") && !Json.text(spec, "externalName").isEmpty()) {
            found.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        }
        if (Json.text(spec, "trafficDistribution").equals("PreferClose")) {
            found.add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
        }
    }

    private static void ofHeadless(JsonNode spec, boolean external, List<String> found) {
        if (!Json.text(spec, "loadBalancerIP").isEmpty()) {
            found.add("spec.loadBalancerIP is ignored for headless services");
        }
        if (external) {
            found.add("spec.externalIPs is ignored for headless services");
        }
        if (!Json.text(spec, "sessionAffinity").equals("None")) {
            found.add("spec.SessionAffinity is ignored for headless services");
        }
    }
}
