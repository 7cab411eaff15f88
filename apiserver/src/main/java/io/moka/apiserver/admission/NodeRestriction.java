package io.moka.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.Caches;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A kubelet changes its own node, its own lease and the pods that are on its node, and nothing else.
public final class NodeRestriction implements AdmissionPlugin {
    private static final String PREFIX = "system:node:";
    private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
    private static final Set<String> OWN_LABELS = Set.of("kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os", "beta.kubernetes.io/arch",
            "beta.kubernetes.io/os", "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", "failure-domain.beta.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone", "failure-domain.kubernetes.io/region", "failure-domain.kubernetes.io/zone",
            "topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    private final Caches caches;
    private final ResourceType pods;

    public NodeRestriction(Caches caches, Catalog catalog) {
        this.caches = caches;
        pods = catalog.get("", "v1", "pods");
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.user().name().startsWith(PREFIX) || !request.user().inGroup("system:nodes")) {
            return;
        }
        String node = request.user().name().substring(PREFIX.length());
        switch (request.type().qualifiedPlural()) {
            case "pods" -> checkPod(request, node);
            case "nodes" -> checkNode(request, node);
            case "persistentvolumeclaims" -> checkClaim(request, node);
            case "serviceaccounts" -> checkToken(request, node);
            case "leases.coordination.k8s.io" -> {
                require(request.namespace().equals("kube-node-lease"), request, "can only access leases in the \"kube-node-lease\" system namespace");
                require(nameOf(request).equals(node), request, "can only access node lease with the same name as the requesting node");
            }
            case "csinodes.storage.k8s.io" -> require(nameOf(request).equals(node), request, "can only access CSINode with the same name as the requesting node");
            default -> { }
        }
    }

    private static String nameOf(AdmissionRequest request) {
        return request.name().isEmpty() && request.object() != null ? Json.name(request.object()) : request.name();
    }

    private void checkPod(AdmissionRequest request, String node) {
        if (request.subresource().equals("eviction")) {
            ObjectNode pod = caches.get(pods, request.namespace(), request.name());
            require(on(pod, node), request, "node \"" + node + "\" can only evict pods with spec.nodeName set to itself");
            return;
        }
        ObjectNode pod = request.oldObject() == null ? request.object() : request.oldObject();
        require(on(pod, node), request, "node \"" + node + "\" can only " + switch (request.operation()) {
            case CREATE -> "create";
            case UPDATE -> "update pod status for";
            case DELETE -> "delete";
            case CONNECT -> "connect to";
        } + " pods with spec.nodeName set to itself");
        switch (request.operation()) {
            case CREATE -> checkMirror(request, node);
            case UPDATE -> {
                require(request.subresource().equals("status"), request, "node \"" + node + "\" can only update pod status");
                require(labels(request.newObject()).equals(labels(request.oldObject())), request,
                        "node \"" + node + "\" cannot update labels through pod status");
            }
            case DELETE, CONNECT -> { }
        }
    }

    /// A mirror pod stands for one that the node runs by itself: it may refer to nothing that the node could read through it.
    private static void checkMirror(AdmissionRequest request, String node) {
        ObjectNode pod = request.newObject();
        require(!Json.text(pod, "metadata", "annotations", MIRROR_ANNOTATION).isEmpty(), request,
                "pod does not have \"" + MIRROR_ANNOTATION + "\" annotation, node \"" + node + "\" can only create mirror pods");
        for (JsonNode owner : pod.path("metadata").path("ownerReferences")) {
            require(Json.text(owner, "kind").equals("Node") && Json.text(owner, "name").equals(node), request,
                    "node \"" + node + "\" cannot create pods with an owner reference set to something other than itself");
        }
        require(Json.text(pod, "spec", "serviceAccountName").isEmpty(), request, "node \"" + node + "\" can not create pods that reference a service account");
        String spec = pod.path("spec").toString();
        for (String reference : new String[] {"secretRef", "secretKeyRef", "imagePullSecrets", "\"secret\""}) {
            require(!spec.contains(reference), request, "node \"" + node + "\" can not create pods that reference secrets");
        }
        for (String reference : new String[] {"configMapRef", "configMapKeyRef", "\"configMap\""}) {
            require(!spec.contains(reference), request, "node \"" + node + "\" can not create pods that reference configmaps");
        }
        require(!spec.contains("persistentVolumeClaim"), request, "node \"" + node + "\" can not create pods that reference persistentvolumeclaims");
    }

    private static void checkNode(AdmissionRequest request, String node) {
        require(nameOf(request).equals(node), request, "node \"" + node + "\" is not allowed to modify node \"" + nameOf(request) + "\"");
        if (request.operation() == AdmissionRequest.Operation.DELETE) {
            throw refusal(request, "node \"" + node + "\" is not allowed to delete itself");
        }
        if (request.oldObject() != null) {
            require(same(request, "taints"), request, "node \"" + node + "\" is not allowed to modify taints");
            require(same(request, "configSource"), request, "node \"" + node + "\" is not allowed to update configSource to a new non-nil configSource");
            JsonNode owners = request.oldObject().path("metadata").path("ownerReferences");
            require(owners.equals(request.newObject().path("metadata").path("ownerReferences")), request, "node \"" + node + "\" is not allowed to modify ownerReferences");
        }
        Set<String> forbidden = new TreeSet<>();
        JsonNode before = labels(request.oldObject());
        JsonNode after = labels(request.newObject());
        for (JsonNode side : new JsonNode[] {before, after}) {
            for (Map.Entry<String, JsonNode> label : side.properties()) {
                if (!label.getValue().equals(before.get(label.getKey())) || !label.getValue().equals(after.get(label.getKey()))) {
                    addIfForbidden(forbidden, label.getKey());
                }
            }
        }
        require(forbidden.isEmpty(), request, "is not allowed to modify labels: " + String.join(", ", forbidden));
    }

    /// Of Kubernetes' own labels a node sets those that describe it, and those under the prefixes that are the kubelet's.
    private static void addIfForbidden(Set<String> forbidden, String label) {
        int slash = label.indexOf('/');
        String domain = slash < 0 ? "" : label.substring(0, slash);
        boolean reserved = under(domain, "node-restriction.kubernetes.io");
        boolean kubernetes = under(domain, "kubernetes.io") || under(domain, "k8s.io");
        boolean allowed = OWN_LABELS.contains(label) || under(domain, "kubelet.kubernetes.io") || under(domain, "node.kubernetes.io");
        if (reserved || kubernetes && !allowed) {
            forbidden.add(label);
        }
    }

    private static boolean under(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }

    private static JsonNode labels(@Nullable ObjectNode object) {
        return object == null ? Json.object() : object.path("metadata").path("labels");
    }

    private static boolean same(AdmissionRequest request, String specField) {
        return request.oldObject() != null && request.oldObject().path("spec").path(specField).equals(request.newObject().path("spec").path(specField));
    }

    private static void checkClaim(AdmissionRequest request, String node) {
        require(request.operation() == AdmissionRequest.Operation.UPDATE && request.subresource().equals("status"), request,
                "node \"" + node + "\" can only update the status of persistentvolumeclaims");
    }

    /// A node asks for tokens only on behalf of its own pods.
    private void checkToken(AdmissionRequest request, String node) {
        if (!request.subresource().equals("token") || request.object() == null) {
            return;
        }
        JsonNode bound = request.object().path("spec").path("boundObjectRef");
        require(Json.text(bound, "kind").equals("Pod") && !Json.text(bound, "name").isEmpty(), request, "node requested token not bound to a pod");
        require(!Json.text(bound, "uid").isEmpty(), request, "node requested token with a pod binding without a uid");
        ObjectNode pod = caches.get(pods, request.namespace(), Json.text(bound, "name"));
        require(pod != null && Json.uid(pod).equals(Json.text(bound, "uid")), request, "the UID in the bound object reference (" + Json.text(bound, "uid") + ") does not match the UID in record");
        require(on(pod, node), request, "node requested token bound to a pod scheduled on a different node");
    }

    private static boolean on(@Nullable ObjectNode pod, String node) {
        return pod != null && Json.text(pod, "spec", "nodeName").equals(node);
    }

    private static void require(boolean allowed, AdmissionRequest request, String why) {
        if (!allowed) {
            throw refusal(request, why);
        }
    }

    private static ApiException refusal(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.type().group(), request.type().plural(), nameOf(request), why);
    }
}
