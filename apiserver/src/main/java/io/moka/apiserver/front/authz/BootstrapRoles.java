package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The roles and bindings that every cluster has, read from `rbac.json` (in the sources: `rbac.yaml`).
public final class BootstrapRoles {

    private static final Logger LOG = LoggerFactory.getLogger(BootstrapRoles.class);
    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    /// The objects that the reconciler reads and writes: the server's own storage, without authentication and authorization.
    public interface Objects {

        @Nullable ObjectNode get(ResourceType type, String namespace, String name);

        /// Creates an object; it is no error if the object already exists.
        void create(ResourceType type, ObjectNode object);

        /// Writes `object` over the state that its resourceVersion names; a conflict is no error, the other write wins.
        void update(ResourceType type, ObjectNode object);
    }

    private BootstrapRoles() {
    }

    /// Ensures that all bootstrap roles and bindings exist, with at least their initial rules and subjects.
    ///
    /// Rules and subjects that were added stay. An object whose annotation `rbac.authorization.kubernetes.io/autoupdate` is not
    /// `true` is left alone.
    public static void reconcile(Catalog catalog, Objects objects) {
        for (ObjectNode wanted : load()) {
            GroupVersionKind kind = GroupVersionKind.of(wanted.path("apiVersion").asText(), wanted.path("kind").asText());
            ResourceType type = catalog.byKind(kind);
            if (type == null) {
                throw new IllegalStateException("the catalog has no " + kind);
            }
            String name = wanted.path("metadata").path("name").asText();
            ObjectNode found = objects.get(type, wanted.path("metadata").path("namespace").asText(), name);
            if (found == null) {
                objects.create(type, wanted);
            } else if (found.path("metadata").path("annotations").path(AUTO_UPDATE).asText().equals("true")) {
                ObjectNode merged = found.deepCopy();
                // the rules of an aggregated role follow from those of its parts
                boolean changed = !wanted.has("aggregationRule") && (addMissing(merged, wanted, "rules") | addMissing(merged, wanted, "subjects"));
                if (changed) {
                    LOG.info("completing {} {}", kind.kind(), name);
                    objects.update(type, merged);
                }
            }
        }
    }

    private static boolean addMissing(ObjectNode target, ObjectNode source, String field) {
        ArrayNode list = target.get(field) instanceof ArrayNode found ? found : target.arrayNode();
        boolean changed = false;
        for (JsonNode element : source.path(field)) {
            if (!contains(list, element)) {
                list.add(element);
                changed = true;
            }
        }
        if (changed) {
            target.set(field, list);
        }
        return changed;
    }

    private static boolean contains(ArrayNode list, JsonNode element) {
        for (JsonNode candidate : list) {
            if (candidate.equals(element)) {
                return true;
            }
        }
        return false;
    }

    /// Returns the rules of one of the bootstrap cluster roles.
    static List<PolicyRule> rulesOf(String clusterRole) {
        for (ObjectNode object : load()) {
            if (object.path("kind").asText().equals("ClusterRole") && object.path("metadata").path("name").asText().equals(clusterRole)) {
                return PolicyRule.listOf(object);
            }
        }
        throw new IllegalArgumentException("no bootstrap role is called " + clusterRole);
    }

    /// Returns all bootstrap roles and bindings, marked as upstream marks its own; aggregated roles carry the rules of all their parts.
    static List<ObjectNode> load() {
        List<ObjectNode> objects = new ArrayList<>();
        try (InputStream in = BootstrapRoles.class.getResourceAsStream("rbac.json")) {
            if (in == null) {
                throw new IllegalStateException("rbac.json is not on the class path; build the apiserver with Maven");
            }
            Json.MAPPER.readTree(in).forEach(object -> objects.add(marked((ObjectNode) object)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        objects.forEach(object -> aggregate(object, objects));
        return objects;
    }

    private static ObjectNode marked(ObjectNode object) {
        ObjectNode metadata = Json.metadata(object);
        Json.child(metadata, "annotations").put(AUTO_UPDATE, "true");
        Json.child(metadata, "labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        object.path("subjects").forEach(subject -> markSubject((ObjectNode) subject));
        if (object.get("roleRef") instanceof ObjectNode reference) {
            reference.put("apiGroup", "rbac.authorization.k8s.io");
        }
        return object;
    }

    private static void markSubject(ObjectNode subject) {
        if (!subject.path("kind").asText().equals("ServiceAccount")) {
            subject.put("apiGroup", "rbac.authorization.k8s.io");
        }
    }

    private static void aggregate(ObjectNode role, List<ObjectNode> all) {
        JsonNode selectors = role.path("aggregationRule").path("clusterRoleSelectors");
        if (!selectors.isEmpty()) {
            ArrayNode rules = role.putArray("rules");
            // admin selects edit, which selects view: the parts are plain roles, so one step each is enough
            Aggregation.selected(selectors, all).forEach(part -> part.path("rules").forEach(rules::add));
        }
    }
}
