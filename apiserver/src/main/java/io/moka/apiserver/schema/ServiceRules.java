package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/// Rules for services.
final class ServiceRules {

    private static final Path SPEC = Path.ROOT.child("spec");
    private static final int MAX_AFFINITY_SECONDS = 86400;

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
        } else if (Json.list(spec, "ports").isEmpty() && !headless) {
            causes.required(SPEC.child("ports"), "");
        }
        checkClusterIps(spec, type, causes);
        checkPorts(spec, type, causes);
        SelectorRules.labelMap(spec, "selector", SPEC, causes);
        checkAffinity(spec, causes);
        boolean external = type.equals("NodePort") || type.equals("LoadBalancer") || !Json.list(spec, "externalIPs").isEmpty();
        if (!external && Json.has(spec, "externalTrafficPolicy")) {
            causes.invalid(SPEC.child("externalTrafficPolicy"), spec.get("externalTrafficPolicy"), "may only be set for externally-accessible services");
        }
    }

    private static void checkExternalName(ObjectNode spec, Causes causes) {
        if (!Json.text(spec, "clusterIP").isEmpty()) {
            causes.forbidden(SPEC.child("clusterIPs"), "may not be set for ExternalName services");
        }
        String name = Json.text(spec, "externalName");
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (host.isEmpty()) {
            causes.required(SPEC.child("externalName"), "");
        } else {
            causes.invalidAll(SPEC.child("externalName"), name, Names.dns1123Subdomain(host));
        }
    }

    private static void checkClusterIps(ObjectNode spec, String type, Causes causes) {
        String ip = Json.text(spec, "clusterIP");
        Path path = SPEC.child("clusterIPs").index(0);
        if (ip.equals("None")) {
            if (type.equals("NodePort") || type.equals("LoadBalancer")) {
                causes.invalid(path, ip, "may not be set to 'None' for " + type + " services");
            }
        } else if (!ip.isEmpty()) {
            causes.invalidAll(path, ip, Format.IP.check(ip));
        }
        JsonNode list = Json.list(spec, "clusterIPs");
        if (!list.isEmpty() && !ip.isEmpty() && !list.get(0).asText().equals(ip)) {
            causes.invalid(SPEC.child("clusterIPs"), list, "first value must match `clusterIP`");
        }
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
                causes.duplicate(path, Json.number(port, "port", 0) == 0 ? port : keyOf(port));
            }
            checkNodePort(port, protocol, type, nodePorts, path.child("nodePort"), causes);
        }
    }

    private static JsonNode keyOf(JsonNode port) {
        ObjectNode key = port.deepCopy();
        key.retain("protocol", "port");
        return key;
    }

    private static void checkNodePort(JsonNode port, String protocol, String type, Set<String> seen, Path path, Causes causes) {
        long nodePort = Json.number(port, "nodePort", 0);
        if (nodePort == 0) {
            return;
        }
        if (type.equals("ClusterIP") || type.equals("ExternalName")) {
            causes.forbidden(path, "may not be used when `type` is '" + type + "'");
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

    /// The first cluster address stays for as long as the service has one.
    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.object(updated, "spec");
        JsonNode before = Json.object(old, "spec");
        if (Json.text(after, "type").equals("ExternalName") || Json.text(before, "type").equals("ExternalName")) {
            return;
        }
        String ip = Json.text(before, "clusterIP");
        if (!ip.isEmpty() && !ip.equals(Json.text(after, "clusterIP"))) {
            JsonNode value = after.has("clusterIP") ? JsonNodeFactory.instance.arrayNode().add(after.get("clusterIP")) : after.get("clusterIPs");
            causes.invalid(SPEC.child("clusterIPs").index(0), value, "may not change once set");
        }
    }
}
