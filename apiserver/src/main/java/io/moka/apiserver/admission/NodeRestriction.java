package io.moka.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.status.ApiException;
import org.jspecify.annotations.Nullable;

/// A kubelet changes its own node, its own lease and the pods that are on its node, and nothing else.
public final class NodeRestriction implements AdmissionPlugin {
    private static final String PREFIX = "system:node:";
    private static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.user().name().startsWith(PREFIX) || !request.user().inGroup("system:nodes")) {
            return;
        }
        String node = request.user().name().substring(PREFIX.length());
        if (request.isCore("pods")) {
            checkPod(request, node);
        } else if (request.isCore("nodes")) {
            require(request.name().equals(node), request, "node \"" + node + "\" is not allowed to modify node \"" + request.name() + "\"");
            checkNodeUpdate(request, node);
        } else if (request.type().plural().equals("leases")) {
            require(request.namespace().equals("kube-node-lease"), request, "can only access leases in the \"kube-node-lease\" system namespace");
            require(request.name().equals(node), request, "can only access node lease with the same name as the requesting node");
        }
    }

    private static void checkPod(AdmissionRequest request, String node) {
        ObjectNode pod = request.oldObject() == null ? request.object() : request.oldObject();
        require(on(pod, node), request, "node \"" + node + "\" can only change pods with spec.nodeName set to itself");
        if (request.operation() == AdmissionRequest.Operation.CREATE) {
            require(!Json.text(request.newObject(), "metadata", "annotations", MIRROR_ANNOTATION).isEmpty(), request,
                    "pod does not have \"" + MIRROR_ANNOTATION + "\" annotation, node \"" + node + "\" can only create mirror pods");
        } else if (request.operation() == AdmissionRequest.Operation.UPDATE) {
            require(request.subresource().equals("status"), request, "node \"" + node + "\" can only update pod status");
        }
    }

    private static void checkNodeUpdate(AdmissionRequest request, String node) {
        if (request.operation() == AdmissionRequest.Operation.UPDATE && request.oldObject() != null) {
            JsonNode before = request.oldObject().path("spec").path("taints");
            JsonNode after = request.newObject().path("spec").path("taints");
            require(before.equals(after), request, "node \"" + node + "\" is not allowed to modify taints");
        }
    }

    private static boolean on(@Nullable ObjectNode pod, String node) {
        return pod != null && Json.text(pod, "spec", "nodeName").equals(node);
    }

    private static void require(boolean allowed, AdmissionRequest request, String why) {
        if (!allowed) {
            throw ApiException.forbidden(request.type().group(), request.type().plural(), request.name(), why);
        }
    }
}
