package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Validates pods and pod templates: rules that concern several parts of a pod.
final class PodRules {

    static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");
    static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final int MAX_DNS_SERVERS = 3;
    private static final int MAX_DNS_SEARCHES = 32;
    private static final int MAX_DNS_SEARCH_CHARS = 2048;

    private PodRules() {
    }

    static void template(ObjectNode template, Path path, Causes causes) {
        JsonNode metadata = CheckedFields.object(template, "metadata");
        MetadataRules.labels(metadata, path.child("labels"), causes);
        MetadataRules.annotations(metadata, path.child("annotations"), causes);
        checkAnnotations(template, true, path.child("annotations"), causes);
        if (!CheckedFields.list(CheckedFields.object(template, "spec"), "ephemeralContainers").isEmpty()) {
            causes.forbidden(path.child("spec", "ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
    }

    /// Validates the spec of a pod and of a pod template.
    static void podSpec(ObjectNode spec, Path path, Causes causes) {
        Map<String, JsonNode> volumes = new HashMap<>();
        checkNamesUnique(CheckedFields.list(spec, "volumes"), path.child("volumes"), volumes, causes);
        Map<String, JsonNode> names = new HashMap<>();
        for (String list : CONTAINERS) {
            JsonNode containers = CheckedFields.list(spec, list);
            checkNamesUnique(containers, path.child(list), names, causes);
            for (int i = 0; i < containers.size(); i++) {
                MountRules.mounts(containers.get(i), volumes, path.child(list).index(i), causes);
                ContainerRules.within(spec, containers.get(i), path.child(list).index(i), causes);
                ContainerRules.environmentFiles(containers.get(i), volumes.keySet(), path.child(list).index(i), causes);
            }
        }
        checkInitContainers(CheckedFields.list(spec, "initContainers"), path.child("initContainers"), causes);
        HostPortRules.check(spec, path, causes);
        SelectorRules.labelMap(spec, "nodeSelector", path, causes);
        if (spec.has("dnsConfig") || CheckedFields.text(spec, "dnsPolicy").equals("None")) {
            checkDns(spec, path, causes);
        }
        checkGates(CheckedFields.list(spec, "schedulingGates"), path.child("schedulingGates"), causes);
        SpreadingRules.check(spec, path, causes);
        SecurityRules.pod(spec, path, causes);
    }

    private static void checkNamesUnique(JsonNode list, Path path, Map<String, JsonNode> seen, Causes causes) {
        for (int i = 0; i < list.size(); i++) {
            String name = CheckedFields.text(list.get(i), "name");
            if (!name.isEmpty() && seen.put(name, list.get(i)) != null) {
                causes.duplicate(path.index(i).child("name"), name);
            }
        }
    }

    private static void checkInitContainers(JsonNode containers, Path path, Causes causes) {
        for (int i = 0; i < containers.size(); i++) {
            if (CheckedFields.text(containers.get(i), "restartPolicy").equals("Always")) {
                continue;
            }
            for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (CheckedFields.has(containers.get(i), field)) {
                    causes.forbidden(path.index(i).child(field), "may not be set for init containers without restartPolicy=Always");
                }
            }
        }
    }

    private static void checkDns(ObjectNode spec, Path path, Causes causes) {
        JsonNode config = CheckedFields.object(spec, "dnsConfig");
        JsonNode servers = CheckedFields.list(config, "nameservers");
        Path at = path.child("dnsConfig");
        if (CheckedFields.text(spec, "dnsPolicy").equals("None") && servers.isEmpty()) {
            if (CheckedFields.has(spec, "dnsConfig")) {
                causes.required(at.child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
            } else {
                causes.required(at, "must provide `dnsConfig` when `dnsPolicy` is None");
            }
            return;
        }
        if (servers.size() > MAX_DNS_SERVERS) {
            causes.invalid(at.child("nameservers"), servers, "must not have more than " + MAX_DNS_SERVERS + " nameservers");
        }
        for (int i = 0; i < servers.size(); i++) {
            causes.invalidAll(at.child("nameservers").index(i), servers.get(i).asText(), Format.IP.check(servers.get(i).asText()));
        }
        checkSearches(CheckedFields.list(config, "searches"), at.child("searches"), causes);
        JsonNode options = CheckedFields.list(config, "options");
        for (int i = 0; i < options.size(); i++) {
            if (CheckedFields.text(options.get(i), "name").isEmpty()) {
                causes.required(at.child("options").index(i), "must not be empty");
            }
        }
    }

    private static void checkSearches(JsonNode searches, Path path, Causes causes) {
        if (searches.size() > MAX_DNS_SEARCHES) {
            causes.invalid(path, searches, "must not have more than " + MAX_DNS_SEARCHES + " search paths");
        }
        int length = searches.size() - 1;
        for (int i = 0; i < searches.size(); i++) {
            String search = searches.get(i).asText();
            length += search.length();
            if (!search.equals(".")) {
                String name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
                causes.invalidAll(path.index(i), name, Names.dns1123SubdomainWithUnderscore(name));
            }
        }
        if (length > MAX_DNS_SEARCH_CHARS) {
            causes.invalid(path, searches, "must not have more than " + MAX_DNS_SEARCH_CHARS + " characters (including spaces) in the search list");
        }
    }

    private static void checkGates(JsonNode gates, Path path, Causes causes) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < gates.size(); i++) {
            String name = CheckedFields.text(gates.get(i), "name");
            causes.invalidAll(path.index(i), name, Names.qualifiedName(name));
            if (!seen.add(name)) {
                causes.duplicate(path.index(i), name);
            }
        }
    }

    /// Validates what holds for a pod, but not for a pod template.
    static void pod(ObjectNode pod, Path path, Causes causes) {
        JsonNode spec = CheckedFields.object(pod, "spec");
        Path at = path.child("spec");
        checkAnnotations(pod, CheckedFields.has(spec, "nodeName"), path.child("metadata", "annotations"), causes);
        for (String list : CONTAINERS) {
            JsonNode containers = CheckedFields.list(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                String image = CheckedFields.text(containers.get(i), "image");
                if (!image.equals(image.strip())) {
                    causes.invalid(at.child(list).index(i).child("image"), image, "must not have leading or trailing whitespace");
                }
            }
        }
        if (CheckedFields.text(spec, "serviceAccountName").isEmpty()) {
            checkNoTokens(CheckedFields.list(spec, "volumes"), at.child("volumes"), causes);
        }
    }

    private static void checkNoTokens(JsonNode volumes, Path path, Causes causes) {
        for (int i = 0; i < volumes.size(); i++) {
            JsonNode sources = CheckedFields.list(CheckedFields.object(volumes.get(i), "projected"), "sources");
            for (int j = 0; j < sources.size(); j++) {
                if (CheckedFields.has(sources.get(j), "serviceAccountToken")) {
                    causes.forbidden(path.index(i).child("projected", "sources").index(j).child("serviceAccountToken"),
                            "must not be specified when serviceAccountName is not set");
                }
            }
        }
    }

    private static void checkAnnotations(ObjectNode owner, boolean bound, Path path, Causes causes) {
        JsonNode annotations = CheckedFields.object(CheckedFields.object(owner, "metadata"), "annotations");
        if (annotations.has(MIRROR) && !bound) {
            causes.invalid(path.key(MIRROR), annotations.get(MIRROR), "must set spec.nodeName if mirror pod annotation is set");
        }
        if (annotations.has(DELETION_COST) && !annotations.get(DELETION_COST).asText().matches("0|[-+]?[1-9][0-9]{0,9}")) {
            causes.invalid(path.key(DELETION_COST), annotations.get(DELETION_COST), "must be a 32bit integer");
        }
    }

    static void toleration(ObjectNode toleration, Path path, Causes causes) {
        String key = CheckedFields.text(toleration, "key");
        String operator = CheckedFields.text(toleration, "operator");
        if (!key.isEmpty()) {
            causes.invalidAll(path.child("key"), key, Names.qualifiedName(key));
        } else if (!operator.equals("Exists")) {
            causes.invalid(path.child("operator"), operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (CheckedFields.has(toleration, "tolerationSeconds") && !CheckedFields.text(toleration, "effect").equals("NoExecute")) {
            causes.invalid(path.child("effect"), CheckedFields.text(toleration, "effect"),
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        if (operator.equals("Exists") && !CheckedFields.text(toleration, "value").isEmpty()) {
            causes.invalid(path.child("operator"), CheckedFields.text(toleration, "value"), "value must be empty when `operator` is 'Exists'");
        } else if (!operator.equals("Exists")) {
            joined(path.child("operator"), CheckedFields.text(toleration, "value"), causes);
        }
    }

    /// Validates the value of a taint or toleration. All its problems are joined into one error.
    static void joined(Path path, String value, Causes causes) {
        List<String> problems = Names.labelValue(value);
        if (!problems.isEmpty()) {
            causes.invalid(path, value, String.join(";", problems));
        }
    }
}
