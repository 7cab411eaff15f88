package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Validates ingresses and network policies.
final class NetworkRules {

    private static final List<String> DIRECTIONS = List.of("Egress", "Ingress");

    private static final List<String> BAD_SEQUENCES = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> BAD_ENDS = List.of("/..", "/.");

    private NetworkRules() {
    }

    static void ingress(ObjectNode spec, Path path, Causes causes) {
        JsonNode rules = CheckedFields.list(spec, "rules");
        if (rules.isEmpty() && !CheckedFields.has(spec, "defaultBackend")) {
            causes.invalid(path, JsonNodeFactory.instance.nullNode(), "either `defaultBackend` or `rules` must be specified");
        }
        for (int i = 0; i < rules.size(); i++) {
            String host = CheckedFields.text(rules.get(i), "host");
            Path hostPath = path.child("rules").index(i).child("host");
            if (Addresses.isIp(host)) {
                causes.invalid(hostPath, host, "must be a DNS name, not an IP address");
            }
            host(host, hostPath, causes);
        }
        JsonNode tls = CheckedFields.list(spec, "tls");
        for (int i = 0; i < tls.size(); i++) {
            JsonNode hosts = CheckedFields.list(tls.get(i), "hosts");
            for (int j = 0; j < hosts.size(); j++) {
                host(hosts.get(j).asText(), path.child("tls").index(i).child("hosts").index(j), causes);
            }
        }
    }

    private static void host(String host, Path path, Causes causes) {
        if (!host.isEmpty()) {
            causes.invalidAll(path, host, host.contains("*") ? Names.wildcardSubdomain(host) : Names.dns1123Subdomain(host));
        }
    }

    static void ingressPath(ObjectNode rule, Path path, Causes causes) {
        String type = CheckedFields.text(rule, "pathType");
        String value = CheckedFields.text(rule, "path");
        boolean parsed = type.equals("Exact") || type.equals("Prefix");
        if (!value.startsWith("/") && (parsed || type.equals("ImplementationSpecific") && !value.isEmpty())) {
            causes.invalid(path.child("path"), value, "must be an absolute path");
        }
        for (String sequence : parsed ? BAD_SEQUENCES : List.<String>of()) {
            if (value.contains(sequence)) {
                causes.invalid(path.child("path"), value, "must not contain '" + sequence + "'");
            }
        }
        for (String end : parsed ? BAD_ENDS : List.<String>of()) {
            if (value.endsWith(end)) {
                causes.invalid(path.child("path"), value, "cannot end with '" + end + "'");
            }
        }
        if (!CheckedFields.has(rule, "backend")) {
            ingressBackend(rule.objectNode(), path.child("backend"), causes);
        }
    }

    static void ingressBackend(ObjectNode backend, Path path, Causes causes) {
        ObjectNode service = CheckedFields.objectOrNull(backend, "service");
        if (service == null) {
            if (CheckedFields.has(backend, "resource")) {
                resource(backend.get("resource"), path.child("resource"), causes);
            } else {
                causes.invalid(path, "", "resource or service backend is required");
            }
            return;
        }
        if (CheckedFields.has(backend, "resource")) {
            causes.invalid(path, "", "cannot set both resource and service backends");
        }
        JsonNode port = CheckedFields.object(service, "port");
        boolean named = !CheckedFields.text(port, "name").isEmpty();
        boolean numbered = CheckedFields.number(port, "number", 0) != 0;
        if (named && numbered) {
            causes.invalid(path, "", "cannot set both port name & port number");
        } else if (!named && !numbered) {
            causes.required(path, "port name or number is required");
        } else if (named) {
            causes.invalidAll(path.child("service", "port").child("name"), CheckedFields.text(port, "name"), Names.portName(CheckedFields.text(port, "name")));
        } else {
            ProbeRules.port(port.get("number"), path.child("service", "port").child("number"), causes);
        }
    }

    private static void resource(JsonNode reference, Path path, Causes causes) {
        String group = CheckedFields.text(reference, "apiGroup");
        if (!group.isEmpty()) {
            causes.invalidAll(path.child("apiGroup"), group, Names.dns1123Subdomain(group));
        }
        for (String field : List.of("kind", "name")) {
            causes.requireValid(path.child(field), CheckedFields.text(reference, field), "", Names::pathSegment);
        }
    }

    static void classParameters(ObjectNode parameters, Path path, Causes causes) {
        resource(parameters, path, causes);
        String scope = CheckedFields.text(parameters, "scope");
        String namespace = CheckedFields.text(parameters, "namespace");
        switch (scope) {
            case "Namespace" -> {
                if (!parameters.has("namespace")) {
                    causes.required(path.child("namespace"), "`parameters.scope` is set to 'Namespace'");
                } else {
                    causes.invalidAll(path.child("namespace"), namespace, Names.dns1123Label(namespace));
                }
            }
            case "Cluster" -> {
                if (parameters.has("namespace")) {
                    causes.forbidden(path.child("namespace"), "`parameters.scope` is set to 'Cluster'");
                }
            }
            default -> causes.notSupported(path.child("scope"), scope, List.of("Cluster", "Namespace"));
        }
    }

    static void block(ObjectNode block, Path path, Causes causes) {
        String cidr = CheckedFields.text(block, "cidr");
        JsonNode except = CheckedFields.list(block, "except");
        for (int i = 0; i < except.size() && Addresses.isCidr(cidr); i++) {
            String part = except.get(i).asText();
            if (Addresses.isCidr(part) && !Addresses.isStrictSubset(part, cidr)) {
                causes.invalid(path.child("except").index(i), part, "must be a strict subset of `cidr`");
            }
        }
    }

    static void policy(ObjectNode spec, Path path, Causes causes) {
        JsonNode types = CheckedFields.list(spec, "policyTypes");
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
        boolean selector = CheckedFields.has(peer, "podSelector") || CheckedFields.has(peer, "namespaceSelector");
        boolean block = CheckedFields.has(peer, "ipBlock");
        if (!selector && !block) {
            causes.required(path, "must specify a peer");
        } else if (selector && block) {
            causes.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    static void policyPort(ObjectNode port, Path path, Causes causes) {
        ProbeRules.port(port.get("port"), path.child("port"), causes);
        JsonNode end = port.get("endPort");
        if (end == null) {
            return;
        }
        if (!port.has("port")) {
            causes.invalid(path.child("endPort"), end, "may not be specified when `port` is not specified");
        } else if (port.get("port").isTextual()) {
            causes.invalid(path.child("endPort"), end, "may not be specified when `port` is non-numeric");
        } else {
            if (end.longValue() < port.get("port").longValue()) {
                causes.invalid(path.child("endPort"), end, "must be greater than or equal to `port`");
            }
            ProbeRules.port(end, path.child("endPort"), causes);
        }
    }
}
