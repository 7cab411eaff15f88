package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Validates services.
final class ServiceRules {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final int MAX_AFFINITY_SECONDS = 86400;
    private static final List<String> BALANCER_ONLY = List.of("allocateLoadBalancerNodePorts", "loadBalancerClass");

    private ServiceRules() {
    }

    static void service(ObjectNode service, Path path, Causes causes) {
        ObjectNode spec = CheckedFields.objectOrNull(service, "spec");
        if (spec == null) {
            causes.required(SPEC.child("ports"), "");
            return;
        }
        String type = CheckedFields.text(spec, "type");
        boolean headless = CheckedFields.text(spec, "clusterIP").equals("None");
        if (type.equals("ExternalName")) {
            checkExternalName(spec, causes);
        } else {
            if (CheckedFields.list(spec, "ports").isEmpty() && !headless) {
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
                if (CheckedFields.has(spec, field)) {
                    causes.forbidden(SPEC.child(field), "may only be used when `type` is 'LoadBalancer'");
                }
            }
        }
        checkBalancers(CheckedFields.list(CheckedFields.object(CheckedFields.object(service, "status"), "loadBalancer"), "ingress"), type, causes);
        causes.invalidAll(SPEC.child("loadBalancerClass"), CheckedFields.text(spec, "loadBalancerClass"),
                spec.has("loadBalancerClass") ? Names.qualifiedName(CheckedFields.text(spec, "loadBalancerClass")) : List.of());
    }

    private static void checkBalancers(JsonNode balancers, String type, Causes causes) {
        Path path = Path.ROOT.child("status", "loadBalancer").child("ingress");
        if (!balancers.isEmpty() && !type.equals("LoadBalancer")) {
            causes.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (int i = 0; i < balancers.size(); i++) {
            if (balancers.get(i).has("ipMode") && CheckedFields.text(balancers.get(i), "ip").isEmpty()) {
                causes.forbidden(path.index(i).child("ipMode"), "may not be specified when `ip` is not set");
            }
        }
    }

    private static void checkExternal(ObjectNode spec, String type, Causes causes) {
        JsonNode addresses = CheckedFields.list(spec, "externalIPs");
        for (int i = 0; i < addresses.size(); i++) {
            EndpointRules.special(addresses.get(i).asText(), SPEC.child("externalIPs").index(i), causes);
        }
        boolean external = type.equals("NodePort") || type.equals("LoadBalancer") || !addresses.isEmpty() && type.equals("ClusterIP");
        if (!external && CheckedFields.has(spec, "externalTrafficPolicy")) {
            causes.invalid(SPEC.child("externalTrafficPolicy"), spec.get("externalTrafficPolicy"), "may only be set for externally-accessible services");
        }
        boolean checksHealth = type.equals("LoadBalancer") && CheckedFields.text(spec, "externalTrafficPolicy").equals("Local");
        if (!checksHealth && CheckedFields.number(spec, "healthCheckNodePort", 0) != 0) {
            causes.invalid(SPEC.child("healthCheckNodePort"), spec.get("healthCheckNodePort"),
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
        checkSourceRanges(CheckedFields.list(spec, "loadBalancerSourceRanges"), type, SPEC.child("LoadBalancerSourceRanges"), causes);
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
        if (!CheckedFields.text(spec, "clusterIP").isEmpty() || !CheckedFields.list(spec, "clusterIPs").isEmpty()) {
            causes.forbidden(SPEC.child("clusterIPs"), "may not be set for ExternalName services");
        }
        for (String field : List.of("ipFamilies", "ipFamilyPolicy")) {
            if (!CheckedFields.isEmpty(spec.get(field))) {
                causes.forbidden(SPEC.child(field), "may not be set for ExternalName services");
            }
        }
        String name = CheckedFields.text(spec, "externalName");
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        causes.requireValid(SPEC.child("externalName"), host, "", Names::dns1123Subdomain);
    }

    private static void checkPorts(ObjectNode spec, String type, Causes causes) {
        JsonNode ports = CheckedFields.list(spec, "ports");
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            Path path = SPEC.child("ports").index(i);
            String name = CheckedFields.text(port, "name");
            if (name.isEmpty() && ports.size() > 1) {
                causes.required(path.child("name"), "");
            } else if (!name.isEmpty() && !names.add(name)) {
                causes.duplicate(path.child("name"), name);
            }
            ProbeRules.port(port.get("targetPort"), path.child("targetPort"), causes);
            String protocol = CheckedFields.text(port, "protocol");
            if (!numbers.add(protocol + "/" + CheckedFields.text(port, "port"))) {
                causes.duplicate(path, keyOf(port));
            }
            checkNodePort(port, protocol, type, nodePorts, path.child("nodePort"), causes);
        }
    }

    /// Returns a port as upstream's internal form of it is printed in errors.
    private static JsonNode keyOf(JsonNode port) {
        ObjectNode key = JsonNodeFactory.instance.objectNode().put("Name", "").put("Protocol", CheckedFields.text(port, "protocol"));
        return key.putNull("AppProtocol").put("Port", CheckedFields.number(port, "port", 0)).put("TargetPort", 0).put("NodePort", 0);
    }

    private static void checkNodePort(JsonNode port, String protocol, String type, Set<String> seen, Path path, Causes causes) {
        long nodePort = CheckedFields.number(port, "nodePort", 0);
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
        JsonNode config = CheckedFields.object(CheckedFields.object(spec, "sessionAffinityConfig"), "clientIP");
        long seconds = CheckedFields.number(config, "timeoutSeconds", 1);
        if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) {
            causes.invalid(SPEC.child("sessionAffinityConfig", "clientIP").child("timeoutSeconds"), seconds,
                    "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
        }
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.object(updated, "spec");
        JsonNode before = CheckedFields.object(old, "spec");
        if (!CheckedFields.text(after, "type").equals("ExternalName") && !CheckedFields.text(before, "type").equals("ExternalName")) {
            ClusterIpRules.checkUpdate(after, before, causes);
        }
        boolean balances = CheckedFields.text(after, "type").equals("LoadBalancer") && CheckedFields.text(before, "type").equals("LoadBalancer");
        if (balances && !CheckedFields.text(after, "loadBalancerClass").equals(CheckedFields.text(before, "loadBalancerClass"))) {
            causes.invalid(SPEC.child("loadBalancerClass"), after.get("loadBalancerClass"), "may not change once set");
        }
        long port = CheckedFields.number(after, "healthCheckNodePort", 0);
        long was = CheckedFields.number(before, "healthCheckNodePort", 0);
        if (balances && port != 0 && was != 0 && port != was) {
            causes.forbidden(SPEC.child("healthCheckNodePort"), "field is immutable");
        }
    }
}
