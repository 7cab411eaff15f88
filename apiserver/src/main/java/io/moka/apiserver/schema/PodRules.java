package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules that hold among the parts of a pod.
final class PodRules {

    private static final int MAX_SYSCTL = 253;
    private static final Pattern SYSCTL = Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");

    private PodRules() {
    }

    static void template(ObjectNode template, Path path, Causes causes) {
        JsonNode metadata = Json.object(template, "metadata");
        MetadataRules.labels(metadata, path.child("metadata", "labels"), causes);
        MetadataRules.annotations(metadata, path.child("metadata", "annotations"), causes);
    }

    static void podSpec(ObjectNode spec, Path path, Causes causes) {
        Map<String, JsonNode> volumes = new HashMap<>();
        checkNamesUnique(Json.list(spec, "volumes"), path.child("volumes"), volumes, causes);
        Map<String, JsonNode> names = new HashMap<>();
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            JsonNode containers = Json.list(spec, list);
            checkNamesUnique(containers, path.child(list), names, causes);
            for (int i = 0; i < containers.size(); i++) {
                ContainerRules.mounts(containers.get(i), volumes, path.child(list).index(i), causes);
            }
        }
        checkInitContainers(Json.list(spec, "initContainers"), path.child("initContainers"), causes);
        checkHostPorts(spec, path.child("containers"), causes);
        SelectorRules.labelMap(spec, "nodeSelector", path, causes);
        checkDns(spec, path, causes);
        checkSpreading(Json.list(spec, "topologySpreadConstraints"), path.child("topologySpreadConstraints"), causes);
    }

    private static void checkNamesUnique(JsonNode list, Path path, Map<String, JsonNode> seen, Causes causes) {
        for (int i = 0; i < list.size(); i++) {
            String name = Json.text(list.get(i), "name");
            if (!name.isEmpty() && seen.put(name, list.get(i)) != null) {
                causes.duplicate(path.index(i).child("name"), name);
            }
        }
    }

    private static void checkInitContainers(JsonNode containers, Path path, Causes causes) {
        for (int i = 0; i < containers.size(); i++) {
            if (Json.text(containers.get(i), "restartPolicy").equals("Always")) {
                continue;
            }
            for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (Json.has(containers.get(i), field)) {
                    causes.forbidden(path.index(i).child(field), "may not be set for init containers without restartPolicy=Always");
                }
            }
        }
    }

    private static void checkHostPorts(ObjectNode spec, Path path, Causes causes) {
        boolean hostNetwork = Json.flag(spec, "hostNetwork");
        Set<String> taken = new HashSet<>();
        JsonNode containers = Json.list(spec, "containers");
        for (int i = 0; i < containers.size(); i++) {
            JsonNode ports = Json.list(containers.get(i), "ports");
            for (int j = 0; j < ports.size(); j++) {
                checkHostPort(ports.get(j), hostNetwork, taken, path.index(i).child("ports").index(j), causes);
            }
        }
    }

    private static void checkHostPort(JsonNode port, boolean hostNetwork, Set<String> taken, Path path, Causes causes) {
        long hostPort = Json.number(port, "hostPort", 0);
        if (hostPort == 0) {
            return;
        }
        String key = Json.text(port, "protocol") + "/" + Json.text(port, "hostIP") + "/" + hostPort;
        if (!taken.add(key)) {
            causes.duplicate(path.child("hostPort"), key);
        }
        if (hostNetwork && hostPort != Json.number(port, "containerPort", 0)) {
            causes.invalid(path.child("containerPort"), Json.number(port, "containerPort", 0),
                    "must match `hostPort` when `hostNetwork` is true");
        }
    }

    private static void checkDns(ObjectNode spec, Path path, Causes causes) {
        JsonNode servers = Json.list(Json.object(spec, "dnsConfig"), "nameservers");
        Path serversPath = path.child("dnsConfig", "nameservers");
        if (Json.text(spec, "dnsPolicy").equals("None") && servers.isEmpty()) {
            if (Json.has(spec, "dnsConfig")) {
                causes.required(serversPath, "must provide at least one DNS nameserver when `dnsPolicy` is None");
            } else {
                causes.required(path.child("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
            }
        }
        for (int i = 0; i < servers.size(); i++) {
            causes.invalidAll(serversPath.index(i), servers.get(i).asText(), Format.IP.check(servers.get(i).asText()));
        }
    }

    private static void checkSpreading(JsonNode constraints, Path path, Causes causes) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < constraints.size(); i++) {
            String key = "{" + Json.text(constraints.get(i), "topologyKey") + ", " + Json.text(constraints.get(i), "whenUnsatisfiable") + "}";
            if (!seen.add(key)) {
                causes.duplicate(path.index(i).child("{topologyKey, whenUnsatisfiable}"), key);
            }
        }
    }

    static void toleration(ObjectNode toleration, Path path, Causes causes) {
        String key = Json.text(toleration, "key");
        String operator = Json.text(toleration, "operator");
        if (!key.isEmpty()) {
            causes.invalidAll(path.child("key"), key, Names.qualifiedName(key));
        } else if (!operator.equals("Exists")) {
            causes.invalid(path.child("operator"), operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (Json.has(toleration, "tolerationSeconds") && !Json.text(toleration, "effect").equals("NoExecute")) {
            causes.invalid(path.child("effect"), Json.text(toleration, "effect"),
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        if (operator.equals("Exists") && !Json.text(toleration, "value").isEmpty()) {
            causes.invalid(path.child("operator"), toleration, "value must be empty when `operator` is 'Exists'");
        } else if (!operator.equals("Exists")) {
            causes.invalidAll(path.child("operator"), Json.text(toleration, "value"), Names.labelValue(Json.text(toleration, "value")));
        }
    }

    static void securityContext(ObjectNode context, Path path, Causes causes) {
        Set<String> names = new HashSet<>();
        JsonNode sysctls = Json.list(context, "sysctls");
        for (int i = 0; i < sysctls.size(); i++) {
            String name = Json.text(sysctls.get(i), "name");
            Path at = path.child("sysctls").index(i).child("name");
            if (name.isEmpty()) {
                causes.required(at, "");
            } else if (name.length() > MAX_SYSCTL || !SYSCTL.matcher(name).matches()) {
                causes.invalid(at, name, "must have at most " + MAX_SYSCTL + " characters and match regex " + SYSCTL.pattern());
            } else if (!names.add(name)) {
                causes.duplicate(at, name);
            }
        }
    }
}
