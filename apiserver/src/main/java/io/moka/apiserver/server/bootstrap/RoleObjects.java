package io.moka.apiserver.server.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.front.authz.BootstrapRoles;
import org.jspecify.annotations.Nullable;

/// Gives the reconciler of the bootstrap roles access to the server's own storage.
public record RoleObjects(VerbContext context, ObjectWriter writer) implements BootstrapRoles.Objects {
    @Override
    public @Nullable ObjectNode get(ResourceType type, String namespace, String name) {
        return context.caches().get(type, namespace, name);
    }

    @Override
    public void create(ResourceType type, ObjectNode object) {
        try {
            writer.create(type, Json.namespace(object), object, SystemObjects.APISERVER);
        } catch (ApiException refused) {
            if (!refused.reason().equals("AlreadyExists")) {
                throw refused;
            }
        }
    }

    @Override
    public void update(ResourceType type, ObjectNode object) {
        try {
            writer.update(type, Json.namespace(object), Json.name(object), SystemObjects.APISERVER, current -> current.setAll(object));
        } catch (ApiException refused) {
            if (!refused.reason().equals("Conflict")) {
                throw refused;
            }
        }
    }
}
