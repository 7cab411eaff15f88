package io.moka.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.authz.BootstrapRoles;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.rest.Registry;
import io.moka.apiserver.status.ApiException;
import org.jspecify.annotations.Nullable;

/// Reads and writes the roles that a cluster starts with.
public record RoleObjects(Registry registry, ObjectWriter writer) implements BootstrapRoles.Objects {
    @Override
    public @Nullable ObjectNode get(ResourceType type, String namespace, String name) {
        return registry.caches().get(type, namespace, name);
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
