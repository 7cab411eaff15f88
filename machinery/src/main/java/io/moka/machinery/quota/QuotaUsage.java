package io.moka.machinery.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.meta.Quantity;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Computes an object's usage of the quotas of its namespace. The server charges this usage, the controller adds it up; both count by the same rules.
public final class QuotaUsage {
    private static final Quantity ONE = Quantity.parse("1");
    private static final Set<String> NAMED_PLAINLY = Set.of("configmaps", "secrets", "resourcequotas", "replicationcontrollers", "services", "persistentvolumeclaims");
    private static final Set<String> COMPUTE = Set.of("pods", "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
            "limits.cpu", "limits.memory", "limits.ephemeral-storage");
    private static final String CLASS = ".storageclass.storage.k8s.io/";
    private static final String REQUESTS = "requests.";

    private QuotaUsage() {}

    /// Returns the name under which any kind can be counted: `count/pods`, `count/deployments.apps`.
    public static String countName(String group, String plural) {
        return "count/" + plural + (group.isEmpty() ? "" : "." + group);
    }

    /// Whether objects of a resource count towards a quota's limit of this name.
    public static boolean tracks(String group, String plural, String name) {
        if (name.equals(countName(group, plural))) {
            return true;
        }
        if (!group.isEmpty()) {
            return false;
        }
        return switch (plural) {
            case "pods" -> COMPUTE.contains(name) || name.startsWith("hugepages-") || name.startsWith(REQUESTS + "hugepages-") || isExtendedRequest(name);
            case "services" -> name.equals("services") || name.equals("services.nodeports") || name.equals("services.loadbalancers");
            case "persistentvolumeclaims" -> name.equals("persistentvolumeclaims") || name.equals("requests.storage")
                    || name.endsWith(CLASS + "requests.storage") || name.endsWith(CLASS + "persistentvolumeclaims");
            default -> NAMED_PLAINLY.contains(plural) && name.equals(plural);
        };
    }

    private static boolean isExtendedRequest(String name) {
        return name.startsWith(REQUESTS) && isExtended(name.substring(REQUESTS.length())) && !name.contains(CLASS);
    }

    /// Whether the name is an extended resource, such as `nvidia.com/gpu`, not one of Kubernetes' own.
    private static boolean isExtended(String name) {
        int slash = name.indexOf('/');
        return slash > 0 && !(name.startsWith("kubernetes.io/") || name.substring(0, slash).endsWith(".kubernetes.io")) && !name.startsWith(REQUESTS);
    }

    /// @param now the current time; pods that should be gone by then no longer count as running
    public static ResourceList of(String group, String plural, JsonNode object, Instant now) {
        SortedMap<String, Quantity> usage = new TreeMap<>();
        usage.put(countName(group, plural), ONE);
        if (group.isEmpty()) {
            if (NAMED_PLAINLY.contains(plural)) {
                usage.put(plural, ONE);
            }
            switch (plural) {
                case "pods" -> addPod(object, now, usage);
                case "services" -> addService(object.path("spec"), usage);
                case "persistentvolumeclaims" -> addClaim(object, usage);
                default -> { }
            }
        }
        return new ResourceList(usage);
    }

    private static void addPod(JsonNode pod, Instant now, SortedMap<String, Quantity> usage) {
        if (!runs(pod, now)) {
            return;
        }
        usage.put("pods", ONE);
        usage.putAll(compute(PodResources.requestsWithOverhead(pod.path("spec")), PodResources.limitsWithOverhead(pod.path("spec"))).amounts());
    }

    /// Returns the usage, by the quota's names, for a pod's requests and limits.
    static ResourceList compute(ResourceList requests, ResourceList limits) {
        SortedMap<String, Quantity> usage = new TreeMap<>();
        requests.amounts().forEach((name, amount) -> {
            switch (name) {
                case "cpu", "memory", "ephemeral-storage" -> {
                    usage.put(name, amount);
                    usage.put(REQUESTS + name, amount);
                }
                default -> {
                    if (name.startsWith("hugepages-")) {
                        usage.put(name, amount);
                        usage.put(REQUESTS + name, amount);
                    } else if (isExtended(name)) {
                        usage.put(REQUESTS + name, amount);
                    }
                }
            }
        });
        limits.amounts().forEach((name, amount) -> {
            if (name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage")) {
                usage.put("limits." + name, amount);
            }
        });
        return new ResourceList(usage);
    }

    private static boolean runs(JsonNode pod, Instant now) {
        String phase = pod.path("status").path("phase").asText();
        if (phase.equals("Failed") || phase.equals("Succeeded")) {
            return false;
        }
        JsonNode deleted = pod.path("metadata").path("deletionTimestamp");
        JsonNode grace = pod.path("metadata").path("deletionGracePeriodSeconds");
        return !deleted.isTextual() || !grace.isNumber() || !now.isAfter(Instant.parse(deleted.asText()).plusSeconds(grace.asLong()));
    }

    private static void addService(JsonNode spec, SortedMap<String, Quantity> usage) {
        String type = spec.path("type").asText();
        long ports = spec.path("ports").size();
        if (type.equals("LoadBalancer")) {
            usage.put("services.loadbalancers", ONE);
            if (!spec.path("allocateLoadBalancerNodePorts").asBoolean(true)) {
                ports = 0;
                for (JsonNode port : spec.path("ports")) {
                    ports += port.path("nodePort").asInt() == 0 ? 0 : 1;
                }
            }
        }
        if (ports > 0 && (type.equals("LoadBalancer") || type.equals("NodePort"))) {
            usage.put("services.nodeports", Quantity.parse(Long.toString(ports)));
        }
    }

    private static void addClaim(JsonNode claim, SortedMap<String, Quantity> usage) {
        JsonNode annotated = claim.path("metadata").path("annotations").path("volume.beta.kubernetes.io/storage-class");
        String storageClass = annotated.isTextual() ? annotated.asText() : claim.path("spec").path("storageClassName").asText();
        if (!storageClass.isEmpty()) {
            usage.put(storageClass + CLASS + "persistentvolumeclaims", ONE);
        }
        Quantity size = ResourceList.of(claim.path("spec").path("resources").path("requests")).get("storage");
        Quantity allocated = ResourceList.of(claim.path("status").path("allocatedResources")).get("storage");
        size = size != null && allocated != null && allocated.compareTo(size) > 0 ? allocated : size;
        if (size != null) {
            usage.put("requests.storage", size);
            if (!storageClass.isEmpty()) {
                usage.put(storageClass + CLASS + "requests.storage", size);
            }
        }
    }
}
