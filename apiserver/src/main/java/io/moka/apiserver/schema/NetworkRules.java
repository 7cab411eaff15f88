package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Rules for ingresses and network policies.
final class NetworkRules {

    private static final List<String> DIRECTIONS = List.of("Egress", "Ingress");

    private NetworkRules() {
    }

    static void ingress(ObjectNode spec, Path path, Causes causes) {
        JsonNode rules = Json.list(spec, "rules");
        if (rules.isEmpty() && !Json.has(spec, "defaultBackend")) {
            causes.invalid(path, rules, "either `defaultBackend` or `rules` must be specified");
        }
        for (int i = 0; i < rules.size(); i++) {
            String host = Json.text(rules.get(i), "host");
            Path hostPath = path.child("rules").index(i).child("host");
            if (Addresses.isIp(host)) {
                causes.invalid(hostPath, host, "must be a DNS name, not an IP address");
            } else if (!host.isEmpty()) {
                causes.invalidAll(hostPath, host, Names.dns1123Subdomain(host.startsWith("*.") ? host.substring(2) : host));
            }
        }
    }

    static void ingressPath(ObjectNode rule, Path path, Causes causes) {
        String type = Json.text(rule, "pathType");
        String value = Json.text(rule, "path");
        if ((type.equals("Exact") || type.equals("Prefix")) && !value.startsWith("/")) {
            causes.invalid(path.child("path"), value, "must be an absolute path");
        }
    }

    static void ingressBackend(ObjectNode backend, Path path, Causes causes) {
        ObjectNode service = Json.objectOrNull(backend, "service");
        if (service == null) {
            if (!Json.has(backend, "resource")) {
                causes.required(path, "service or resource backend is required");
            }
            return;
        }
        if (Json.has(backend, "resource")) {
            causes.invalid(path, "", "cannot set both resource and service backends");
        }
        JsonNode port = Json.object(service, "port");
        boolean named = !Json.text(port, "name").isEmpty();
        boolean numbered = Json.number(port, "number", 0) != 0;
        if (named && numbered) {
            causes.invalid(path, "", "cannot set both port name & port number");
        } else if (!named && !numbered) {
            causes.required(path, "port name or number is required");
        }
    }

    static void policy(ObjectNode spec, Path path, Causes causes) {
        JsonNode types = Json.list(spec, "policyTypes");
        if (types.size() > DIRECTIONS.size()) {
            causes.invalid(path.child("policyTypes"), types, "may not specify more than two policyTypes");
            return;
        }
        for (int i = 0; i < types.size(); i++) {
            if (!DIRECTIONS.contains(types.get(i).asText())) {
                causes.notSupported(path.child("policyTypes").index(i), types.get(i).asText(), DIRECTIONS);
            }
        }
    }

    static void policyPeer(ObjectNode peer, Path path, Causes causes) {
        boolean selector = Json.has(peer, "podSelector") || Json.has(peer, "namespaceSelector");
        boolean block = Json.has(peer, "ipBlock");
        if (!selector && !block) {
            causes.required(path, "must specify a peer");
        } else if (selector && block) {
            causes.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    static void policyPort(ObjectNode port, Path path, Causes causes) {
        ProbeRules.port(port.get("port"), path.child("port"), causes);
        if (port.has("endPort")) {
            if (!port.has("port")) {
                causes.required(path.child("port"), "must be specified when `endPort` is specified");
            } else if (port.get("port").isTextual()) {
                causes.invalid(path.child("port"), port.get("port"), "must be an integer when `endPort` is specified");
            } else if (port.get("endPort").longValue() < port.get("port").longValue()) {
                causes.invalid(path.child("endPort"), port.get("endPort"), "must be greater than or equal to `port`");
            }
        }
    }
}
