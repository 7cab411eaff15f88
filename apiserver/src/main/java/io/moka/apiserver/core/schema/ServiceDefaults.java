package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Defaults of services that depend on other fields.
final class ServiceDefaults {

    private ServiceDefaults() {
    }

    static void service(ObjectNode service) {
        ObjectNode spec = service.withObject("spec");
        String type = textOr(spec, "type", "ClusterIP");
        if (textOr(spec, "sessionAffinity", "None").equals("ClientIP")) {
            ObjectNode clientIp = spec.withObject("sessionAffinityConfig").withObject("clientIP");
            if (!clientIp.has("timeoutSeconds")) {
                clientIp.put("timeoutSeconds", 10800);
            }
        } else {
            spec.remove("sessionAffinityConfig");
        }
        boolean external = type.equals("NodePort") || type.equals("LoadBalancer");
        if (external && !CheckedFields.has(spec, "externalTrafficPolicy")) {
            spec.put("externalTrafficPolicy", "Cluster");
        }
        if ((external || type.equals("ClusterIP")) && !CheckedFields.has(spec, "internalTrafficPolicy")) {
            spec.put("internalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !CheckedFields.has(spec, "allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    private static String textOr(ObjectNode object, String field, String otherwise) {
        String text = CheckedFields.text(object, field);
        return text.isEmpty() ? otherwise : text;
    }

    /// Sets the default `ipMode` of a load balancer's address: packets arrive with it as their destination (`VIP`).
    static void balancer(ObjectNode ingress) {
        if (!CheckedFields.text(ingress, "ip").isEmpty() && !ingress.has("ipMode")) {
            ingress.put("ipMode", "VIP");
        }
    }

    static void port(ObjectNode port) {
        JsonNode target = port.get("targetPort");
        if (CheckedFields.isEmpty(target) || target.isInt() && target.intValue() == 0) {
            if (port.has("port")) {
                port.set("targetPort", port.get("port"));
            }
        }
    }
}
