package io.moka.apiserver.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.Set;
import java.util.TreeSet;

/// Removes fields from a service whose type changes: those that only the former type can have, and that may have been set by the server. A field that the
/// update itself changes is kept, so that validation reports it.
final class ServiceTypeChange {
    private static final Set<String> WITH_CLUSTER_IP = Set.of("ClusterIP", "NodePort", "LoadBalancer");
    private static final String[] OF_THE_CLUSTER_IP = {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"};

    private final ObjectNode spec;
    private final JsonNode was;

    private ServiceTypeChange(ObjectNode spec, JsonNode was) {
        this.spec = spec;
        this.was = was;
    }

    static void dropWhatNoLongerApplies(ObjectNode spec, JsonNode was) {
        new ServiceTypeChange(spec, was).drop();
    }

    private void drop() {
        if (needsClusterIp(was) && !needsClusterIp(spec)) {
            dropUnchanged(OF_THE_CLUSTER_IP);
        }
        if (needsNodePorts(was) && !needsNodePorts(spec) && nodePorts(spec).equals(nodePorts(was))) {
            spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
        }
        if (checksHealth(was) && !checksHealth(spec)) {
            dropUnchanged("healthCheckNodePort");
        }
        if (isLoadBalancer(was) && !isLoadBalancer(spec)) {
            dropUnchanged("allocateLoadBalancerNodePorts", "loadBalancerClass");
        }
        if (isReachedFromOutside(was) && !isReachedFromOutside(spec)) {
            dropUnchanged("externalTrafficPolicy");
        }
    }

    private void dropUnchanged(String... fields) {
        for (String field : fields) {
            if (spec.path(field).equals(was.path(field))) {
                spec.remove(field);
            }
        }
    }

    private static boolean needsClusterIp(JsonNode spec) {
        return WITH_CLUSTER_IP.contains(Json.text(spec, "type"));
    }

    static boolean needsNodePorts(JsonNode spec) {
        return Json.text(spec, "type").equals("NodePort") || isLoadBalancer(spec) && spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
    }

    private static boolean checksHealth(JsonNode spec) {
        return isLoadBalancer(spec) && Json.text(spec, "externalTrafficPolicy").equals("Local");
    }

    private static boolean isLoadBalancer(JsonNode spec) {
        return Json.text(spec, "type").equals("LoadBalancer");
    }

    private static boolean isReachedFromOutside(JsonNode spec) {
        return isLoadBalancer(spec) || Json.text(spec, "type").equals("NodePort") || needsClusterIp(spec) && !spec.path("externalIPs").isEmpty();
    }

    private static Set<Integer> nodePorts(JsonNode spec) {
        Set<Integer> ports = new TreeSet<>();
        spec.path("ports").forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.remove(0);
        return ports;
    }
}
