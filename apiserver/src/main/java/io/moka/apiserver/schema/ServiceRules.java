package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules for services.
final class ServiceRules {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final int MAX_AFFINITY_SECONDS = 86400;
    private static final List<String> BALANCER_ONLY = List.of("allocateLoadBalancerNodePorts", "loadBalancerClass");

    private ServiceRules() {
    }

    static void service(ObjectNode service, Path path, Causes causes) {
        ObjectNode spec = Json.objectOrNull(service, "spec");
        if (spec == null) {
            causes.required(SPEC.child("ports"), "");
            return;
        }
        String type = Json.text(spec, "type");
        boolean headless = Json.text(spec, "clusterIP").equals("None");
        if (type.equals("ExternalName")) {
            checkExternalName(spec, causes);
        } else {
            if (Json.list(spec, "ports").isEmpty() && !headless) {
                causes.required(SPEC.child("ports"), "");
            }
            ClusterIpRules.check(spec, causes);
        }
        if (headless && (type.equals("NodePort") || type.equals("LoadBalancer"))) {
            causes.invalid(SPEC.child("clusterIPs").index(0), "None", "may not be set to 'None' for " + type + " services");
        }
        checkPorts(spec, type, causes);
        SelectorRules.labelMap(spec, "selector", SPEC, causes);
        checkAffinity(spec, causes);
        checkExternal(spec, type, causes);
        if (!type.equals("LoadBalancer")) {
            for (String field : BALANCER_ONLY) {
                if (Json.has(spec, field)) {
                    causes.forbidden(SPEC.child(field), "may only be used when `type` is 'LoadBalancer'");
                }
            }
        }
        checkBalancers(Json.list(Json.object(Json.object(service, "status"), "loadBalancer"), "ingress"), type, causes);
        causes.invalidAll(SPEC.child("loadBalancerClass"), Json.text(spec, "loadBalancerClass"),
                spec.has("loadBalancerClass") ? Names.qualifiedName(Json.text(spec, "loadBalancerClass")) : List.of());
    }

    private static void checkBalancers(JsonNode balancers, String type, Causes causes) {
        Path path = Path.ROOT.child("status", "loadBalancer").child("ingress");
        if (!balancers.isEmpty() && !type.equals("LoadBalancer")) {
            causes.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (int i = 0; i < balancers.size(); i++) {
            if (balancers.get(i).has("ipMode") && Json.text(balancers.get(i), "ip").isEmpty()) {
                causes.forbidden(path.index(i).child("ipMode"), "may not be specified when `ip` is not set");
            }
        }
    }

    private static void checkExternal(ObjectNode spec, String type, Causes causes) {
        JsonNode addresses = Json.list(spec, "externalIPs");
        for (int i = 0; i < addresses.size(); i++) {
            EndpointRules.special(addresses.get(i).asText(), SPEC.child("externalIPs").index(i), causes);
        }
        boolean external = type.equals("NodePort") || type.equals("LoadBalancer") || !addresses.isEmpty() && type.equals("ClusterIP");
        if (!external && Json.has(spec, "externalTrafficPolicy")) {
            causes.invalid(SPEC.child("externalTrafficPolicy"), spec.get("externalTrafficPolicy"), "may only be set for externally-accessible services");
        }
        boolean checksHealth = type.equals("LoadBalancer") && Json.text(spec, "externalTrafficPolicy").equals("Local");
        if (!checksHealth && Json.number(spec, "healthCheckNodePort", 0) != 0) {
            causes.invalid(SPEC.child("healthCheckNodePort"), spec.get("healthCheckNodePort"),
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
        checkSourceRanges(Json.list(spec, "loadBalancerSourceRanges"), type, SPEC.child("LoadBalancerSourceRanges"), causes);
    }

    private static void checkSourceRanges(JsonNode ranges, String type, Path path, Causes causes) {
        if (!ranges.isEmpty() && !type.equals("LoadBalancer")) {
            causes.forbidden(path, "may only be used when `type` is 'LoadBalancer'");
        }
        for (int i = 0; i < ranges.size(); i++) {
            causes.invalidAll(path.index(i), ranges.get(i).asText().strip(), Format.CIDR.check(ranges.get(i).asText().strip()));
        }
    }

    private static void checkExternalName(ObjectNode spec, Causes causes) {
        if (!Json.text(spec, "clusterIP").isEmpty() || !Json.list(spec, "clusterIPs").isEmpty()) {
            causes.forbidden(SPEC.child("clusterIPs"), "may not be set for ExternalName services");
        }
        for (String field : List.of("ipFamilies", "ipFamilyPolicy")) {
            if (!Json.isEmpty(spec.get(field))) {
                causes.forbidden(SPEC.child(field), "may not be set for ExternalName services");
            }
        }
        String name = Json.text(spec, "externalName");
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        causes.requireValid(SPEC.child("externalName"), host, "", Names::dns1123Subdomain);
    }

    private static void checkPorts(ObjectNode spec, String type, Causes causes) {
        JsonNode ports = Json.list(spec, "ports");
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            Path path = SPEC.child("ports").index(i);
            String name = Json.text(port, "name");
            if (name.isEmpty() && ports.size() > 1) {
                causes.required(path.child("name"), "");
            } else if (!name.isEmpty() && !names.add(name)) {
                causes.duplicate(path.child("name"), name);
            }
            ProbeRules.port(port.get("targetPort"), path.child("targetPort"), causes);
            String protocol = Json.text(port, "protocol");
            if (!numbers.add(protocol + "/" + Json.text(port, "port"))) {
                causes.duplicate(path, keyOf(port));
            }
            checkNodePort(port, protocol, type, nodePorts, path.child("nodePort"), causes);
        }
    }

    /// As upstream's own form of a port is written.
    private static JsonNode keyOf(JsonNode port) {
        ObjectNode key = JsonNodeFactory.instance.objectNode().put("Name", "").put("Protocol", Json.text(port, "protocol"));
        return key.putNull("AppProtocol").put("Port", Json.number(port, "port", 0)).put("TargetPort", 0).put("NodePort", 0);
    }

    private static void checkNodePort(JsonNode port, String protocol, String type, Set<String> seen, Path path, Causes causes) {
        long nodePort = Json.number(port, "nodePort", 0);
        if (nodePort == 0) {
            return;
        }
        if (type.equals("ClusterIP")) {
            causes.forbidden(path, "may not be used when `type` is 'ClusterIP'");
        } else if (!seen.add(protocol + "/" + nodePort)) {
            causes.duplicate(path, port.get("nodePort"));
        }
    }

    private static void checkAffinity(ObjectNode spec, Causes causes) {
        JsonNode config = Json.object(Json.object(spec, "sessionAffinityConfig"), "clientIP");
        long seconds = Json.number(config, "timeoutSeconds", 1);
        if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) {
            causes.invalid(SPEC.child("sessionAffinityConfig", "clientIP").child("timeoutSeconds"), seconds,
                    "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
        }
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.object(updated, "spec");
        JsonNode before = Json.object(old, "spec");
        if (!Json.text(after, "type").equals("ExternalName") && !Json.text(before, "type").equals("ExternalName")) {
            ClusterIpRules.checkUpdate(after, before, causes);
        }
        boolean balances = Json.text(after, "type").equals("LoadBalancer") && Json.text(before, "type").equals("LoadBalancer");
        if (balances && !Json.text(after, "loadBalancerClass").equals(Json.text(before, "loadBalancerClass"))) {
            causes.invalid(SPEC.child("loadBalancerClass"), after.get("loadBalancerClass"), "may not change once set");
        }
        long port = Json.number(after, "healthCheckNodePort", 0);
        long was = Json.number(before, "healthCheckNodePort", 0);
        if (balances && port != 0 && was != 0 && port != was) {
            causes.forbidden(SPEC.child("healthCheckNodePort"), "field is immutable");
        }
    }
}
