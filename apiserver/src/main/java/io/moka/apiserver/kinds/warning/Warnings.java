package io.moka.apiserver.kinds.warning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.OlderVersions;
import io.moka.apiserver.core.rest.WarningRules;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds the warnings for one object.
public final class Warnings {
    /// The rules of all built-in kinds.
    public static final WarningRules RULES = new WarningRules() {
        @Override
        public List<String> ofNew(GroupVersionKind kind, ObjectNode object) {
            return Warnings.ofNew(kind, object);
        }

        @Override
        public List<String> ofChanged(GroupVersionKind kind, ObjectNode object, ObjectNode current) {
            return Warnings.ofChanged(kind, object, current);
        }
    };

    private static final FieldPath SPEC = FieldPath.ROOT.child("spec");
    private static final FieldPath TEMPLATE = SPEC.child("template");
    private static final String HOSTNAMES = "this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: ";
    private static final String POD_HOSTNAME = "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: ";
    private static final int MANY_COMPLETIONS = 100_000;
    private static final int MANY_AT_ONCE = 10_000;

    private final ObjectNode object;
    private final List<String> found = new ArrayList<>(0);

    private Warnings(ObjectNode object) {
        this.object = object;
    }

    static List<String> ofNew(GroupVersionKind kind, ObjectNode object) {
        Warnings warnings = new Warnings(object);
        warnings.check(kind, true);
        return warnings.found;
    }

    /// @param current the object before the update
    static List<String> ofChanged(GroupVersionKind kind, ObjectNode object, ObjectNode current) {
        if (kind.kind().equals("Pod")) {
            return List.of();
        }
        Warnings warnings = new Warnings(object);
        warnings.check(kind, !object.path("metadata").path("generation").equals(current.path("metadata").path("generation")));
        return warnings.found;
    }

    /// @param wished whether the spec is new or has changed
    private void check(GroupVersionKind kind, boolean wished) {
        GroupVersionKind newest = OlderVersions.sameSchema(kind);
        switch (newest.apiVersion() + "/" + newest.kind()) {
            case "v1/Pod" -> pod();
            case "v1/PodTemplate" -> PodWarnings.find(object.path("template"), FieldPath.ROOT.child("template"), found);
            case "v1/ReplicationController", "apps/v1/ReplicaSet", "apps/v1/Deployment" -> workload(true, wished);
            case "apps/v1/DaemonSet" -> workload(false, wished);
            case "apps/v1/StatefulSet" -> statefulSet(wished);
            case "batch/v1/Job" -> job(object.path("spec"), SPEC, wished);
            case "batch/v1/CronJob" -> job(object.path("spec").path("jobTemplate").path("spec"), SPEC.child("jobTemplate").child("spec"), wished);
            case "v1/Service" -> ServiceWarnings.find(object, found);
            case "v1/PersistentVolumeClaim" -> VolumeWarnings.claim(object, found);
            case "v1/PersistentVolume" -> VolumeWarnings.volume(object, found);
            case "v1/ServiceAccount" -> annotation("kubernetes.io/enforce-mountable-secrets",
                    "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets");
            case "networking.k8s.io/v1/Ingress" -> ingress();
            case "discovery.k8s.io/v1/EndpointSlice" -> addressType();
            default -> { }
        }
    }

    private void warn(FieldPath path, String text) {
        found.add(path + ": " + text);
    }

    private void annotation(String key, String text) {
        if (object.path("metadata").path("annotations").has(key)) {
            warn(FieldPath.ROOT.child("metadata").child("annotations").key(key), text);
        }
    }

    private void label(String text) {
        List<String> problems = Names.dns1123Label(Json.name(object));
        if (!problems.isEmpty()) {
            warn(FieldPath.ROOT.child("metadata").child("name"), text + "[" + String.join(" ", problems) + "]");
        }
    }

    private void pod() {
        label(POD_HOSTNAME);
        PodWarnings.find(object, FieldPath.ROOT, found);
    }

    private void workload(boolean named, boolean wished) {
        if (named) {
            label(HOSTNAMES);
        }
        if (wished) {
            PodWarnings.find(object.path("spec").path("template"), TEMPLATE, found);
        }
    }

    private void statefulSet(boolean wished) {
        JsonNode spec = object.path("spec");
        workload(false, wished);
        JsonNode claims = spec.path("volumeClaimTemplates");
        for (int i = 0; i < claims.size(); i++) {
            VolumeWarnings.claimSpec(claims.get(i).path("spec"), SPEC.child("volumeClaimTemplates").index(i).child("spec"), found);
        }
        if (spec.path("revisionHistoryLimit").asInt() < 0) {
            warn(SPEC.child("revisionHistoryLimit"), "a negative value retains all historical revisions; a value >= 0 is recommended");
        }
    }

    private void job(JsonNode spec, FieldPath path, boolean wished) {
        label(HOSTNAMES);
        if (Json.text(spec, "completionMode").equals("Indexed") && spec.path("completions").asInt() > MANY_COMPLETIONS && spec.path("parallelism").asInt() > MANY_AT_ONCE) {
            found.add("In indexed Jobs with a number of completions higher than " + MANY_COMPLETIONS + " and a parallelism higher than " + MANY_AT_ONCE
                    + ", Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        }
        if (wished) {
            PodWarnings.find(spec.path("template"), path.child("template"), found);
        }
    }

    private void ingress() {
        if (object.path("metadata").path("annotations").has("kubernetes.io/ingress.class")) {
            found.add("annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead");
        }
    }

    private void addressType() {
        if (Json.text(object, "addressType").equals("FQDN")) {
            warn(FieldPath.ROOT.child("addressType"), "FQDN endpoints are deprecated");
        }
    }

    /// Messages about the deprecated beta labels of nodes, by label.
    static final Map<String, String> OLD_NODE_LABELS = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region", "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone", "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type", "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead");

    /// Warns of a node selector term that names a deprecated label.
    static void nodeSelectorTerm(JsonNode term, FieldPath path, List<String> found) {
        JsonNode expressions = term.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            String key = Json.text(expressions.get(i), "key");
            if (OLD_NODE_LABELS.containsKey(key)) {
                found.add(path.child("matchExpressions").index(i).child("key") + ": " + key + " is " + OLD_NODE_LABELS.get(key));
            }
        }
    }
}
