package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.front.authz.Escalation;
import io.moka.apiserver.front.authz.Escalation.Verdict;
import org.jspecify.annotations.Nullable;

/// Requires that users who write a role or a binding have the permissions that it grants. Upstream does this in the storage of these kinds.
public final class EscalationCheck implements AdmissionPlugin {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final Escalation escalation;

    public EscalationCheck(Escalation escalation) {
        this.escalation = escalation;
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!request.type().group().equals(GROUP) || request.object() == null || onlyForGarbageCollection(request)) {
            return;
        }
        Verdict verdict = switch (request.type().plural()) {
            case "roles", "clusterroles" -> escalation.ofRole(request.user(), request.type().plural(), request.namespace(), request.newObject(),
                    aggregates(request.object()) || aggregates(request.oldObject()));
            default -> escalation.ofBinding(request.user(), request.namespace(), request.newObject());
        };
        switch (verdict) {
            case Verdict.Permitted() -> { }
            case Verdict.Refused(String why) -> throw ApiException.forbidden(GROUP, request.type().plural(), request.name(), why);
            case Verdict.NoSuchRole(String plural, String name) -> throw ApiException.notFound(GROUP, plural, name);
        }
    }

    private static boolean aggregates(@Nullable ObjectNode role) {
        return role != null && !role.path("aggregationRule").path("clusterRoleSelectors").isEmpty();
    }

    /// Whether only owners and finalizers change, which the garbage collector may remove even from roles that it may not write.
    private static boolean onlyForGarbageCollection(AdmissionRequest request) {
        return request.oldObject() != null && bare(request.oldObject()).equals(bare(request.newObject()));
    }

    private static ObjectNode bare(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = Json.metadata(copy);
        metadata.remove("ownerReferences");
        metadata.remove("finalizers");
        metadata.remove("managedFields");
        metadata.remove("resourceVersion");
        return copy;
    }
}
