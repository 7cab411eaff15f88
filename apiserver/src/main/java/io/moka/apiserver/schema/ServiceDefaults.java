package io.moka.apiserver.schema;

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
        if (external && !Json.has(spec, "externalTrafficPolicy")) {
            spec.put("externalTrafficPolicy", "Cluster");
        }
        if ((external || type.equals("ClusterIP")) && !Json.has(spec, "internalTrafficPolicy")) {
            spec.put("internalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !Json.has(spec, "allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    private static String textOr(ObjectNode object, String field, String otherwise) {
        String text = Json.text(object, field);
        return text.isEmpty() ? otherwise : text;
    }

    /// A balancer's address is one that packets come to with, unless it says that it speaks for others.
    static void balancer(ObjectNode ingress) {
        if (!Json.text(ingress, "ip").isEmpty() && !ingress.has("ipMode")) {
            ingress.put("ipMode", "VIP");
        }
    }

    static void port(ObjectNode port) {
        JsonNode target = port.get("targetPort");
        if (Json.isEmpty(target) || target.isInt() && target.intValue() == 0) {
            if (port.has("port")) {
                port.set("targetPort", port.get("port"));
            }
        }
    }
}
