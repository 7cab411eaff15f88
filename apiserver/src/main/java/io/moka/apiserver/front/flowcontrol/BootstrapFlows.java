package io.moka.apiserver.front.flowcontrol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;

/// The flow schemas and priority levels that every cluster has, the same as upstream's. The mandatory ones apply even if their objects are missing.
public final class BootstrapFlows {
    /// One level in each line: name, shares, percent lendable, queues, hand size, queue length.
    private static final String LEVELS = """
            system            30 33  64 6 50
            node-high         40 25  64 6 50
            leader-election   10  0  16 4 50
            workload-high     40 50 128 6 50
            workload-low     100 90 128 6 50
            global-default    20 50 128 6 50
            """;

    /// One schema in each line: name, precedence, level, distinguisher, subjects, requests (`*` for all, a path, or verbs:groups:resources:scope).
    private static final String SCHEMAS = """
            probes                         2     exempt          -  g/system:unauthenticated,g/system:authenticated                         /healthz,/livez,/readyz
            system-leader-election         100   leader-election u  u/system:kube-controller-manager,u/system:kube-scheduler,s/kube-system/*  get,create,update:coordination.k8s.io:leases:namespaced
            endpoint-controller            150   workload-high   u  u/system:kube-controller-manager,s/kube-system/endpoint-controller,s/kube-system/endpointslicemirroring-controller  get,create,update::endpoints:namespaced
            workload-leader-election       200   leader-election u  s/kube-system/*                                                          get,create,update:coordination.k8s.io:leases:namespaced
            system-node-high               400   node-high       u  g/system:nodes                                                           *::nodes,nodes/status:cluster;*:coordination.k8s.io:leases:namespaced
            system-nodes                   500   system          u  g/system:nodes                                                           *
            kube-controller-manager        800   workload-high   n  u/system:kube-controller-manager                                         *
            kube-scheduler                 800   workload-high   n  u/system:kube-scheduler                                                  *
            kube-system-service-accounts   900   workload-high   n  s/kube-system/*                                                          *
            service-accounts               9000  workload-low    u  g/system:serviceaccounts                                                 *
            global-default                 9900  global-default  u  g/system:unauthenticated,g/system:authenticated                          *
            """;

    private static final String MANDATORY_SCHEMAS = """
            exempt     1      exempt     -  g/system:masters                                          *
            catch-all  10000  catch-all  u  g/system:unauthenticated,g/system:authenticated           *
            """;

    private BootstrapFlows() {}

    static List<ObjectNode> mandatoryLevels() {
        ObjectNode exempt = object("PriorityLevelConfiguration", "exempt");
        exempt.putObject("spec").put("type", "Exempt").putObject("exempt").put("nominalConcurrencyShares", 0).put("lendablePercent", 0);
        ObjectNode rest = object("PriorityLevelConfiguration", "catch-all");
        rest.putObject("spec").put("type", "Limited").putObject("limited").put("nominalConcurrencyShares", 5).put("lendablePercent", 0)
                .putObject("limitResponse").put("type", "Reject");
        return List.of(exempt, rest);
    }

    static List<ObjectNode> mandatorySchemas() {
        return schemas(MANDATORY_SCHEMAS);
    }

    public static List<ObjectNode> levels() {
        List<ObjectNode> levels = new ArrayList<>(mandatoryLevels());
        LEVELS.lines().map(line -> level(line.trim().split("\\s+"))).forEach(levels::add);
        return levels;
    }

    public static List<ObjectNode> schemas() {
        List<ObjectNode> all = new ArrayList<>(mandatorySchemas());
        all.addAll(schemas(SCHEMAS));
        return all;
    }

    public static boolean mandatory(String name) {
        return name.equals("exempt") || name.equals("catch-all");
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", "flowcontrol.apiserver.k8s.io/v1").put("kind", kind);
        object.putObject("metadata").put("name", name).putObject("annotations").put("apf.kubernetes.io/autoupdate-spec", "true");
        return object;
    }

    private static ObjectNode level(String[] row) {
        ObjectNode level = object("PriorityLevelConfiguration", row[0]);
        ObjectNode response = level.putObject("spec").put("type", "Limited").putObject("limited")
                .put("nominalConcurrencyShares", Integer.parseInt(row[1])).put("lendablePercent", Integer.parseInt(row[2])).putObject("limitResponse");
        response.put("type", "Queue").putObject("queuing")
                .put("queues", Integer.parseInt(row[3])).put("handSize", Integer.parseInt(row[4])).put("queueLengthLimit", Integer.parseInt(row[5]));
        return level;
    }

    private static List<ObjectNode> schemas(String rows) {
        return rows.lines().map(line -> schema(line.trim().split("\\s+"))).toList();
    }

    private static ObjectNode schema(String[] row) {
        ObjectNode schema = object("FlowSchema", row[0]);
        ObjectNode spec = schema.putObject("spec").put("matchingPrecedence", Integer.parseInt(row[1]));
        spec.putObject("priorityLevelConfiguration").put("name", row[2]);
        if (!row[3].equals("-")) {
            spec.putObject("distinguisherMethod").put("type", row[3].equals("u") ? "ByUser" : "ByNamespace");
        }
        ObjectNode rule = spec.putArray("rules").addObject();
        for (String subject : row[4].split(",")) {
            subject(rule.withArray("subjects").addObject(), subject.split("/"));
        }
        if (row[5].equals("*")) {
            resourceRule(rule, "*:*:*:all");
            pathRule(rule, "*", "*");
        } else if (row[5].startsWith("/")) {
            pathRule(rule, "get", row[5].split(","));
        } else {
            for (String resources : row[5].split(";")) {
                resourceRule(rule, resources);
            }
        }
        return schema;
    }

    private static void subject(ObjectNode subject, String[] parts) {
        switch (parts[0]) {
            case "u" -> subject.put("kind", "User").putObject("user").put("name", parts[1]);
            case "g" -> subject.put("kind", "Group").putObject("group").put("name", parts[1]);
            default -> subject.put("kind", "ServiceAccount").putObject("serviceAccount").put("namespace", parts[1]).put("name", parts[2]);
        }
    }

    private static void resourceRule(ObjectNode rule, String text) {
        String[] parts = text.split(":");
        ObjectNode resources = rule.withArray("resourceRules").addObject();
        addAll(resources, "verbs", parts[0].split(","));
        addAll(resources, "apiGroups", parts[1]);
        addAll(resources, "resources", parts[2].split(","));
        if (!parts[3].equals("namespaced")) {
            resources.put("clusterScope", true);
        }
        if (!parts[3].equals("cluster")) {
            addAll(resources, "namespaces", "*");
        }
    }

    private static void pathRule(ObjectNode rule, String verb, String... paths) {
        ObjectNode urls = rule.withArray("nonResourceRules").addObject();
        addAll(urls, "verbs", verb);
        addAll(urls, "nonResourceURLs", paths);
    }

    private static void addAll(ObjectNode node, String field, String... values) {
        for (String value : values) {
            node.withArray(field).add(value);
        }
    }
}
