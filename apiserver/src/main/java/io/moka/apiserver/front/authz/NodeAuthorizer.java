package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.machinery.storage.LocalPath;
import java.util.List;
import java.util.Set;

/// Authorises kubelets: by the role `system:node`, narrowed to the kubelet's own node and to the objects that its own pods refer to.
///
/// It allows or has no opinion, as upstream's `node` authorizer.
public final class NodeAuthorizer implements Authorizer {

    private static final String USER_PREFIX = "system:node:";
    private static final String GROUP = "system:nodes";
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private final ObjectReader objects;
    private final ResourceType pods;
    private final ResourceType claims;
    private final ResourceType volumes;
    private final ResourceType slices;
    private final List<PolicyRule> nodeRules;

    public NodeAuthorizer(Catalog catalog, ObjectReader objects) {
        this.objects = objects;
        this.pods = catalog.get("", "v1", "pods");
        this.claims = catalog.get("", "v1", "persistentvolumeclaims");
        this.volumes = catalog.get("", "v1", "persistentvolumes");
        this.slices = catalog.get("resource.k8s.io", "v1", "resourceslices");
        this.nodeRules = BootstrapRoles.rulesOf("system:node");
    }

    @Override
    public Decision authorize(Attributes request) {
        String user = request.user().name();
        if (!user.startsWith(USER_PREFIX) || !request.user().inGroup(GROUP)) {
            return new Decision.NoOpinion("");
        }
        String node = user.substring(USER_PREFIX.length());
        if (request.resourceRequest() && !isOwn(request, node)) {
            return new Decision.NoOpinion(refusal(request, node));
        }
        for (PolicyRule rule : nodeRules) {
            if (rule.allows(request)) {
                return new Decision.Allow();
            }
        }
        return new Decision.NoOpinion("");
    }

    private boolean isOwn(Attributes request, String node) {
        return switch (request.group() + "/" + request.resource()) {
            case "/secrets", "/configmaps", "/persistentvolumeclaims", "/serviceaccounts" -> isReferred(request, node);
            case "/persistentvolumes" -> isOwnVolume(request, node);
            case "/nodes" -> isNamed(request, node);
            case "/pods" -> isOwnPod(request, node);
            case "coordination.k8s.io/leases" -> request.namespace().equals("kube-node-lease") && isNamed(request, node);
            case "storage.k8s.io/csinodes" -> isNamed(request, node);
            case "resource.k8s.io/resourceclaims" -> isReferred(request, node);
            case "resource.k8s.io/resourceslices" -> isOwnSlice(request, node);
            default -> true;
        };
    }

    /// Whether the request names the node's own object. A create has no name yet; admission checks the new object.
    private static boolean isNamed(Attributes request, String node) {
        return request.name().equals(node) || request.verb().equals("create") && request.name().isEmpty();
    }

    private boolean isReferred(Attributes request, String node) {
        if (request.name().isEmpty()) {
            return false;
        }
        for (ObjectNode pod : objects.list(pods, request.namespace())) {
            if (isOn(pod, node) && PodReferences.refersTo(pod, request.resource(), request.name())) {
                return true;
            }
        }
        return false;
    }

    /// Whether a request concerns the volume of one of the node's pods, which the node reads, or a volume of the provisioner local-path with its label,
    /// which the node maintains; admission checks the writes.
    private boolean isOwnVolume(Attributes request, String node) {
        if (request.name().isEmpty()) {
            return LocalPath.nodeLabel(node).equals(request.labels().get(LocalPath.NODE));
        }
        ObjectNode volume = objects.get(volumes, "", request.name());
        boolean kept = volume != null && volume.path("metadata").path("labels").path(LocalPath.NODE).asText().equals(LocalPath.nodeLabel(node));
        return kept || READS.contains(request.verb()) && isBoundVolume(request.name(), node);
    }

    private boolean isBoundVolume(String volume, String node) {
        for (ObjectNode claim : objects.list(claims, "")) {
            if (claim.path("spec").path("volumeName").asText().equals(volume)) {
                String namespace = claim.path("metadata").path("namespace").asText();
                String name = claim.path("metadata").path("name").asText();
                return objects.list(pods, namespace).stream()
                        .anyMatch(pod -> isOn(pod, node) && PodReferences.refersTo(pod, "persistentvolumeclaims", name));
            }
        }
        return false;
    }

    /// Whether a request concerns pods of the node. Lists and watches have to select the node, or a pod of it; admission
    /// checks writes. Every node may ask for a pod that does not exist, so that the pod's node learns that it is gone.
    private boolean isOwnPod(Attributes request, String node) {
        if (request.name().isEmpty()) {
            return !READS.contains(request.verb()) || node.equals(request.fields().get("spec.nodeName"));
        }
        ObjectNode pod = objects.get(pods, request.namespace(), request.name());
        return pod == null || isOn(pod, node);
    }

    /// Whether a request concerns resource slices of the node. Collection requests have to select the node; admission
    /// checks the slices that a node creates. Every node may ask for a slice that does not exist, as for a pod.
    private boolean isOwnSlice(Attributes request, String node) {
        if (request.name().isEmpty()) {
            return request.verb().equals("create") || node.equals(request.fields().get("spec.nodeName"));
        }
        ObjectNode slice = objects.get(slices, "", request.name());
        return slice == null || isOn(slice, node);
    }

    private static String refusal(Attributes request, String node) {
        boolean collection = request.name().isEmpty() && !request.verb().equals("create");
        return switch (collection ? request.resource() : "") {
            case "pods" -> "can only list/watch pods with spec.nodeName field selector";
            case "resourceslices" -> "can only list/watch/deletecollection resourceslices with spec.nodeName field selector";
            case "nodes" -> "node '" + node + "' cannot read all nodes, only its own Node object";
            default -> "no relationship found between node '" + node + "' and this object";
        };
    }

    private static boolean isOn(ObjectNode object, String node) {
        return object.path("spec").path("nodeName").asText().equals(node);
    }
}
