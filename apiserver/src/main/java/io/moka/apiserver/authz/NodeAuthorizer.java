package io.moka.apiserver.authz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ObjectReader;
import io.moka.apiserver.resource.ResourceType;
import java.util.List;
import java.util.Set;

/// What a kubelet may do: what its role says, narrowed to its own node and to what its own pods refer to.
///
/// It allows or has no opinion. As upstream's `node` authorizer.
public final class NodeAuthorizer implements Authorizer {

    private static final String USER_PREFIX = "system:node:";
    private static final String GROUP = "system:nodes";
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private final ObjectReader objects;
    private final ResourceType pods;
    private final ResourceType claims;
    private final List<PolicyRule> nodeRules;

    public NodeAuthorizer(Catalog catalog, ObjectReader objects) {
        this.objects = objects;
        this.pods = catalog.get("", "v1", "pods");
        this.claims = catalog.get("", "v1", "persistentvolumeclaims");
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
            return new Decision.NoOpinion("no relationship found between node '" + node + "' and this object");
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
            case "/persistentvolumes" -> READS.contains(request.verb()) && isBoundVolume(request.name(), node);
            case "/nodes" -> isNamed(request, node);
            case "/pods" -> isOwnPod(request, node);
            case "coordination.k8s.io/leases" -> request.namespace().equals("kube-node-lease") && isNamed(request, node);
            case "storage.k8s.io/csinodes" -> isNamed(request, node);
            default -> true;
        };
    }

    /// A create has no name yet; admission looks at what is made.
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

    /// Lists and watches are open, as they are by field selector; a pod that is gone is anyone's, so that its node learns it is.
    private boolean isOwnPod(Attributes request, String node) {
        if (request.name().isEmpty()) {
            return true;
        }
        ObjectNode pod = objects.get(pods, request.namespace(), request.name());
        return pod == null || isOn(pod, node);
    }

    private static boolean isOn(ObjectNode pod, String node) {
        return pod.path("spec").path("nodeName").asText().equals(node);
    }
}
