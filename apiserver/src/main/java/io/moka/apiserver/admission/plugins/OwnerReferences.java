package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks the permissions of a user who changes an object's owner references: to delete the object, and for a new `blockOwnerDeletion` to set the
/// owner's finalizers. Upstream's OwnerReferencesPermissionEnforcement.
public final class OwnerReferences implements AdmissionPlugin {
    private final Authorizer authorizer;
    private final Catalog catalog;

    public OwnerReferences(Authorizer authorizer, Catalog catalog) {
        this.authorizer = authorizer;
        this.catalog = catalog;
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean podStatus = request.isCore("pods") && request.subresource().equals("status");
        boolean written = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written || podStatus || request.object() == null || references(request.newObject()).equals(references(request.oldObject()))) {
            return;
        }
        Decision mayDelete = ask(request, request.type(), "delete", "", request.name());
        if (!(mayDelete instanceof Decision.Allow)) {
            throw PluginRefusal.because(request, "cannot set an ownerRef on a resource you can't delete: " + reason(mayDelete) + ", <nil>");
        }
        for (JsonNode reference : newBlocking(request)) {
            requireFinalizers(request, reference);
        }
    }

    private static JsonNode references(@Nullable JsonNode object) {
        JsonNode references = object == null ? Json.object().path("none") : object.path("metadata").path("ownerReferences");
        return references.isEmpty() ? Json.object() : references;
    }

    private static List<JsonNode> newBlocking(AdmissionRequest request) {
        List<String> before = new ArrayList<>();
        for (JsonNode reference : references(request.oldObject())) {
            if (reference.path("blockOwnerDeletion").asBoolean()) {
                before.add(Json.text(reference, "uid"));
            }
        }
        List<JsonNode> blocking = new ArrayList<>();
        for (JsonNode reference : references(request.newObject())) {
            if (reference.path("blockOwnerDeletion").asBoolean() && !before.contains(Json.text(reference, "uid"))) {
                blocking.add(reference);
            }
        }
        return blocking;
    }

    private void requireFinalizers(AdmissionRequest request, JsonNode reference) {
        String apiVersion = Json.text(reference, "apiVersion");
        ResourceType owner = catalog.byKind(GroupVersionKind.of(apiVersion, Json.text(reference, "kind")));
        if (owner == null) {
            throw PluginRefusal.because(request, "cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion " + apiVersion
                    + " Kind " + Json.text(reference, "kind") + ": no matches for kind \"" + Json.text(reference, "kind") + "\" in version \"" + apiVersion + "\"");
        }
        Decision decision = ask(request, owner, "update", "finalizers", Json.text(reference, "name"));
        if (!(decision instanceof Decision.Allow)) {
            throw PluginRefusal.because(request, "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: " + reason(decision) + ", <nil>");
        }
    }

    private Decision ask(AdmissionRequest request, ResourceType type, String verb, String subresource, String name) {
        return authorizer.authorize(new Attributes(request.user(), verb, type.group(), type.version(), type.plural(), subresource,
                type.namespaced() ? request.namespace() : "", name, true, ""));
    }

    private static String reason(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> "";
            case Decision.Deny deny -> deny.reason();
            case Decision.NoOpinion none -> none.reason();
        };
    }
}
