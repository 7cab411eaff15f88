package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.moka.machinery.meta.Quantities;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// A node: its state and what its pods have asked of it.
final class NodeDescriber implements Describer {

    private static final String ROLE = "node-role.kubernetes.io/";

    @Override
    public void describe(JsonNode node, Surroundings surroundings, Lines out) {
        var status = node.path("status");
        var name = node.path("metadata").path("name").asText();
        out.field(0, "Name", name);
        out.field(0, "Roles", roles(node.path("metadata").path("labels")));
        Workloads.labels(node, out);
        out.field(0, "CreationTimestamp", Lines.date(node.path("metadata").path("creationTimestamp")));
        taints(node.path("spec").path("taints"), out);
        out.field(0, "Unschedulable", node.path("spec").path("unschedulable").asText("false"));
        lease(name, surroundings, out);
        conditions(status.path("conditions"), out);
        out.add(0, "Addresses:");
        status.path("addresses").forEach(address -> out.field(1, address.path("type").asText(), address.path("address").asText()));
        quantities("Capacity", status.path("capacity"), out);
        quantities("Allocatable", status.path("allocatable"), out);
        system(status.path("nodeInfo"), out);
        out.optional(0, "PodCIDR", node.path("spec").path("podCIDR"));
        if (!node.path("spec").path("podCIDRs").isEmpty()) {
            out.field(0, "PodCIDRs", Lines.join(node.path("spec").path("podCIDRs"), ","));
        }
        out.optional(0, "ProviderID", node.path("spec").path("providerID"));
        var pods = surroundings.list("/api/v1/pods", Map.of("fieldSelector", "spec.nodeName=" + name + ",status.phase!=Succeeded,status.phase!=Failed"));
        pods(pods, status.path("allocatable"), out);
        out.events(surroundings.events(node));
    }

    private static String roles(JsonNode labels) {
        var roles = new TreeSet<String>();
        Lines.keys(labels).forEach(key -> {
            if (key.startsWith(ROLE) && key.length() > ROLE.length()) {
                roles.add(key.substring(ROLE.length()));
            } else if (key.equals("kubernetes.io/role")) {
                roles.add(labels.get(key).asText());
            }
        });
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static void taints(JsonNode taints, Lines out) {
        if (taints.isEmpty()) {
            out.field(0, "Taints", "<none>");
        }
        var label = "Taints:";
        for (var taint : taints) {
            var value = taint.path("value").asText("");
            out.add(0, label + "\t" + taint.path("key").asText() + (value.isEmpty() ? "" : "=" + value) + ":" + taint.path("effect").asText());
            label = "";
        }
    }

    private static void lease(String name, Surroundings surroundings, Lines out) {
        var leases = surroundings.list("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", Map.of("fieldSelector", "metadata.name=" + name));
        out.add(0, "Lease:");
        var spec = leases.isEmpty() ? MissingNode.getInstance() : leases.getFirst().path("spec");
        out.field(1, "HolderIdentity", spec.path("holderIdentity").asText("<unset>"));
        out.field(1, "AcquireTime", Lines.date(spec.path("acquireTime")));
        out.field(1, "RenewTime", Lines.date(spec.path("renewTime")));
    }

    private static void conditions(JsonNode conditions, Lines out) {
        if (!conditions.isEmpty()) {
            out.add(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
            out.add(1, "----\t------\t-----------------\t------------------\t------\t-------");
            conditions.forEach(c -> out.add(1, "%s \t%s \t%s \t%s \t%s \t%s", c.path("type").asText(), c.path("status").asText(), Lines.date(c.path("lastHeartbeatTime")),
                    Lines.date(c.path("lastTransitionTime")), c.path("reason").asText(""), c.path("message").asText("")));
        }
    }

    private static void quantities(String name, JsonNode quantities, Lines out) {
        if (!quantities.isEmpty()) {
            out.add(0, name + ":");
            Lines.keys(quantities).forEach(key -> out.field(1, key, quantities.get(key).asText()));
        }
    }

    private static void system(JsonNode info, Lines out) {
        out.add(0, "System Info:");
        out.field(1, "Machine ID", info.path("machineID").asText(""));
        out.field(1, "System UUID", info.path("systemUUID").asText(""));
        out.field(1, "Boot ID", info.path("bootID").asText(""));
        out.field(1, "Kernel Version", info.path("kernelVersion").asText(""));
        out.field(1, "OS Image", info.path("osImage").asText(""));
        out.field(1, "Operating System", info.path("operatingSystem").asText(""));
        out.field(1, "Architecture", info.path("architecture").asText(""));
        out.field(1, "Container Runtime Version", info.path("containerRuntimeVersion").asText(""));
        out.field(1, "Kubelet Version", info.path("kubeletVersion").asText(""));
        out.field(1, "Kube-Proxy Version", info.path("kubeProxyVersion").asText(""));
    }

    private static void pods(List<JsonNode> pods, JsonNode allocatable, Lines out) {
        out.add(0, "Non-terminated Pods:\t(" + pods.size() + " in total)");
        out.add(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
        out.add(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
        var requested = new TreeMap<String, BigDecimal>();
        var limited = new TreeMap<String, BigDecimal>();
        for (var pod : pods) {
            var requests = asked(pod, "requests");
            var limits = asked(pod, "limits");
            requests.forEach((key, value) -> requested.merge(key, value, BigDecimal::add));
            limits.forEach((key, value) -> limited.merge(key, value, BigDecimal::add));
            out.add(1, "%s\t%s\t\t%s\t%s\t%s\t%s\t%s", pod.path("metadata").path("namespace").asText(), pod.path("metadata").path("name").asText(),
                    share("cpu", requests, allocatable), share("cpu", limits, allocatable), share("memory", requests, allocatable), share("memory", limits, allocatable),
                    out.age(pod.path("metadata").path("creationTimestamp")));
        }
        out.add(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)");
        out.add(1, "Resource\tRequests\tLimits");
        out.add(1, "--------\t--------\t------");
        for (var resource : List.of("cpu", "memory", "ephemeral-storage")) {
            out.add(1, "%s\t%s\t%s", resource, share(resource, requested, allocatable), share(resource, limited, allocatable));
        }
        Lines.keys(allocatable).stream().filter(key -> key.startsWith("hugepages-") || key.contains("/"))
                .forEach(key -> out.add(1, "%s\t%s\t%s", key, key.contains("/") ? amount(key, requested) : share(key, requested, allocatable), key.contains("/") ? amount(key, limited) : share(key, limited, allocatable)));
    }

    /// Sums over containers; an init container counts where it asks for more than all others together.
    private static Map<String, BigDecimal> asked(JsonNode pod, String what) {
        var sums = new TreeMap<String, BigDecimal>();
        pod.path("spec").path("containers").forEach(container -> add(sums, container.path("resources").path(what)));
        pod.path("spec").path("initContainers").forEach(container -> {
            var own = container.path("resources").path(what);
            if (container.path("restartPolicy").asText("").equals("Always")) {
                add(sums, own);
            } else {
                Lines.keys(own).forEach(key -> sums.merge(key, Quantities.parse(own.get(key).asText()), BigDecimal::max));
            }
        });
        add(sums, pod.path("spec").path("overhead"));
        return sums;
    }

    private static void add(Map<String, BigDecimal> sums, JsonNode quantities) {
        Lines.keys(quantities).forEach(key -> sums.merge(key, Quantities.parse(quantities.get(key).asText()), BigDecimal::add));
    }

    /// `100m (5%)`.
    private static String share(String resource, Map<String, BigDecimal> amounts, JsonNode allocatable) {
        var amount = amounts.getOrDefault(resource, BigDecimal.ZERO);
        var all = allocatable.has(resource) ? Quantities.parse(allocatable.get(resource).asText()) : BigDecimal.ZERO;
        long percent = all.signum() == 0 ? 0 : amount.multiply(BigDecimal.valueOf(100)).divideToIntegralValue(all).longValue();
        return amount(resource, amounts) + " (" + percent + "%)";
    }

    private static String amount(String resource, Map<String, BigDecimal> amounts) {
        var amount = amounts.getOrDefault(resource, BigDecimal.ZERO);
        if (resource.equals("cpu")) {
            var milli = amount.movePointRight(3).stripTrailingZeros();
            return milli.remainder(BigDecimal.valueOf(1000)).signum() == 0 ? milli.movePointLeft(3).toBigInteger().toString() : milli.toBigInteger() + "m";
        }
        long bytes = amount.longValue();
        for (int power = 4; power > 0; power--) {
            long unit = 1L << 10 * power;
            if (bytes >= unit && bytes % unit == 0) {
                return bytes / unit + List.of("", "Ki", "Mi", "Gi", "Ti").get(power);
            }
        }
        return Long.toString(bytes);
    }
}
