package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.front.authz.PodReferences;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.VolumeOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Restricts kubelets to their own node, their own lease and the pods on their node. Restricts proxies to those leases of `kube-system` that
/// say which node announces an address: the leases of leader elections are in that namespace, too.
public final class NodeRestriction implements AdmissionPlugin {
    private static final String PREFIX = "system:node:";
    private static final String PROXY = "system:kube-proxy";
    private static final List<String> LEASES_OF_PROXIES = List.of("moka-lb-", "moka-announcer-");
    private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
    private static final Set<String> OWN_LABELS = Set.of("kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os", "beta.kubernetes.io/arch",
            "beta.kubernetes.io/os", "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type", "failure-domain.beta.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone", "failure-domain.kubernetes.io/region", "failure-domain.kubernetes.io/zone",
            "topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    private final Caches caches;
    private final Authorizer authorizer;
    private final ResourceType pods;
    private final ResourceType claims;
    private final ResourceType volumes;
    private final ResourceType drivers;

    public NodeRestriction(Caches caches, Catalog catalog, Authorizer authorizer) {
        this.caches = caches;
        this.authorizer = authorizer;
        claims = catalog.get("", "v1", "persistentvolumeclaims");
        volumes = catalog.get("", "v1", "persistentvolumes");
        drivers = catalog.get("storage.k8s.io", "v1", "csidrivers");
        pods = catalog.get("", "v1", "pods");
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (request.user().name().equals(PROXY)) {
            require(!request.type().qualifiedPlural().equals("leases.coordination.k8s.io") || !request.namespace().equals("kube-system")
                    || LEASES_OF_PROXIES.stream().anyMatch(nameOf(request)::startsWith), request, "a proxy can only change leases of announced addresses");
            return;
        }
        if (!request.user().name().startsWith(PREFIX) || !request.user().inGroup("system:nodes")) {
            return;
        }
        String node = request.user().name().substring(PREFIX.length());
        switch (request.type().qualifiedPlural()) {
            case "pods" -> checkPod(request, node);
            case "nodes" -> checkNode(request, node);
            case "persistentvolumeclaims" -> checkClaim(request, node);
            case "persistentvolumes" -> checkVolume(request, node);
            case "serviceaccounts" -> checkToken(request, node);
            case "leases.coordination.k8s.io" -> {
                require(request.namespace().equals("kube-node-lease"), request, "can only access leases in the \"kube-node-lease\" system namespace");
                require(nameOf(request).equals(node), request, "can only access node lease with the same name as the requesting node");
            }
            case "csinodes.storage.k8s.io" -> require(nameOf(request).equals(node), request, "can only access CSINode with the same name as the requesting node");
            case "resourceslices.resource.k8s.io" -> require(request.operation() != AdmissionRequest.Operation.CREATE || on(request.object(), node), request,
                    "can only create ResourceSlice with the same NodeName as the requesting node");
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

    /// Validates a mirror pod, which represents a static pod of the node: it may not refer to objects that the node could read through it.
    private static void checkMirror(AdmissionRequest request, String node) {
        ObjectNode pod = request.newObject();
        require(!Json.text(pod, "metadata", "annotations", MIRROR_ANNOTATION).isEmpty(), request,
                "pod does not have \"" + MIRROR_ANNOTATION + "\" annotation, node \"" + node + "\" can only create mirror pods");
        for (JsonNode owner : pod.path("metadata").path("ownerReferences")) {
            require(Json.text(owner, "kind").equals("Node") && Json.text(owner, "name").equals(node), request,
                    "node \"" + node + "\" cannot create pods with an owner reference set to something other than itself");
        }
        require(Json.text(pod, "spec", "serviceAccountName").isEmpty(), request, "node \"" + node + "\" can not create pods that reference a service account");
        for (String resource : new String[] {"secrets", "configmaps", "persistentvolumeclaims", "resourceclaims"}) {
            require(PodReferences.namesOf(pod, resource).isEmpty(), request, "node \"" + node + "\" can not create pods that reference " + resource);
        }
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                for (String kind : new String[] {"serviceAccountToken", "clusterTrustBundle", "podCertificate"}) {
                    require(!source.has(kind), request, "node \"" + node + "\" can not create pods that project a " + kind);
                }
            }
        }
    }

    private static void checkNode(AdmissionRequest request, String node) {
        require(nameOf(request).equals(node), request, "node \"" + node + "\" is not allowed to modify node \"" + nameOf(request) + "\"");
        if (request.operation() == AdmissionRequest.Operation.DELETE) {
            throw refusal(request, "node \"" + node + "\" is not allowed to delete itself");
        }
        for (String range : new String[] {"podCIDR", "podCIDRs"}) {
            require(spec(request.newObject(), range).equals(spec(request.oldObject(), range)), request, "node \"" + node + "\" is not allowed to set " + range);
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

    /// Adds a label that a node may not set: of Kubernetes' own labels it may set those that describe it, and those under the kubelet's prefixes.
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

    private static JsonNode spec(@Nullable ObjectNode node, String field) {
        return node == null ? Json.object().path(field) : node.path("spec").path(field);
    }

    private static boolean same(AdmissionRequest request, String specField) {
        return request.oldObject() != null && request.oldObject().path("spec").path(specField).equals(request.newObject().path("spec").path(specField));
    }

    private static void checkClaim(AdmissionRequest request, String node) {
        require(request.operation() == AdmissionRequest.Operation.UPDATE && request.subresource().equals("status"), request,
                "node \"" + node + "\" can only update the status of persistentvolumeclaims");
    }

    /// Validates a node's write to a volume with its label: it may report that it has created one, answer an administrator's order, and release one whose
    /// content it has deleted. Content is moved only as ordered.
    private static void checkVolume(AdmissionRequest request, String node) {
        boolean own = request.operation() == AdmissionRequest.Operation.UPDATE && request.subresource().isEmpty() && request.oldObject() != null
                && Json.text(request.oldObject(), "metadata", "labels", LocalPath.NODE).equals(LocalPath.nodeLabel(node));
        require(own && isMovedAsOrdered(request.newObject(), Objects.requireNonNull(request.oldObject()))
                        && withoutNews(request.newObject()).equals(withoutNews(request.oldObject())), request,
                "node \"" + node + "\" can only say what became of its own local-path volumes");
    }

    private static boolean isMovedAsOrdered(ObjectNode volume, ObjectNode old) {
        var moved = Json.text(volume, "metadata", "annotations", LocalPath.MOVED_TO);
        var order = VolumeOrder.parse(Json.text(old, "metadata", "annotations", LocalPath.ORDER));
        return moved.equals(Json.text(old, "metadata", "annotations", LocalPath.MOVED_TO)) || order != null && moved.equals(order.root());
    }

    private static ObjectNode withoutNews(ObjectNode volume) {
        ObjectNode copy = volume.deepCopy();
        ObjectNode metadata = (ObjectNode) copy.path("metadata");
        metadata.remove(List.of("resourceVersion", "generation", "managedFields"));
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(List.of(LocalPath.MADE, LocalPath.STATE, LocalPath.LEFT, LocalPath.MOVED_TO));
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
        ArrayNode kept = copy.arrayNode();
        for (JsonNode finalizer : metadata.path("finalizers")) {
            if (!finalizer.asText().equals(LocalPath.CONTENT)) {
                kept.add(finalizer);
            }
        }
        metadata.set("finalizers", kept);
        return copy;
    }

    /// Requires that a node requests tokens only on behalf of its own pods.
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
        checkAudience(request, Objects.requireNonNull(pod), node);
    }

    /// Requires that the pod names the audience of a requested token, in a projected volume or
    /// through the CSI driver of a volume, or that the node is authorised for it.
    private void checkAudience(AdmissionRequest request, ObjectNode pod, String node) {
        JsonNode audiences = Objects.requireNonNull(request.object()).path("spec").path("audiences");
        require(audiences.size() <= 1, request, "node may only request 0 or 1 audiences");
        String audience = audiences.path(0).asText();
        if (namesAudience(pod, audience)) {
            return;
        }
        var asked = new Attributes(request.user(), "request-serviceaccounts-token-audience", "", "v1", audience, "", request.namespace(), request.name(), true, "");
        require(authorizer.authorize(asked) instanceof Decision.Allow, request,
                "audience \"" + audience + "\" not found in pod spec volume, " + PREFIX + node + " is not authorized to request tokens for this audience");
    }

    private boolean namesAudience(ObjectNode pod, String audience) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.has("serviceAccountToken") && Json.text(source, "serviceAccountToken", "audience").equals(audience)) {
                    return true;
                }
            }
            if (asksFor(driver(pod, volume), audience)) {
                return true;
            }
        }
        return false;
    }

    private boolean asksFor(String driver, String audience) {
        ObjectNode found = driver.isEmpty() ? null : caches.get(drivers, "", driver);
        for (JsonNode request : found == null ? Json.object() : found.path("spec").path("tokenRequests")) {
            if (Json.text(request, "audience").equals(audience)) {
                return true;
            }
        }
        return false;
    }

    /// Returns the name of the CSI driver behind a volume; empty when there is none.
    private String driver(ObjectNode pod, JsonNode volume) {
        if (volume.has("csi")) {
            return Json.text(volume, "csi", "driver");
        }
        String claimName = volume.has("ephemeral") ? Json.name(pod) + "-" + Json.text(volume, "name") : Json.text(volume, "persistentVolumeClaim", "claimName");
        ObjectNode claim = claimName.isEmpty() ? null : caches.get(claims, Json.namespace(pod), claimName);
        String volumeName = claim == null ? "" : Json.text(claim, "spec", "volumeName");
        ObjectNode bound = volumeName.isEmpty() ? null : caches.get(this.volumes, "", volumeName);
        return bound == null ? "" : Json.text(bound, "spec", "csi", "driver");
    }

    private static boolean on(@Nullable ObjectNode object, String node) {
        return object != null && Json.text(object, "spec", "nodeName").equals(node);
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
