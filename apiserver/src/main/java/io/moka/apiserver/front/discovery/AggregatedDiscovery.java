package io.moka.apiserver.front.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.List;
import java.util.function.Supplier;

/// Writes discovery as one document, `apidiscovery.k8s.io/v2`.
final class AggregatedDiscovery {
    static final String CONTENT_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private final Catalog catalog;
    private final Supplier<List<RemoteVersion>> remotes;

    AggregatedDiscovery(Catalog catalog, Supplier<List<RemoteVersion>> remotes) {
        this.catalog = catalog;
        this.remotes = remotes;
    }

    static boolean wanted(String accept) {
        for (String choice : accept.split(",")) {
            if (choice.contains("g=apidiscovery.k8s.io") && choice.contains("v=v2;") && choice.contains("as=APIGroupDiscoveryList")) {
                return true;
            }
        }
        return accept.contains("as=APIGroupDiscoveryList") && accept.contains("g=apidiscovery.k8s.io") && (accept + ",").contains("v=v2,");
    }

    ObjectNode document(boolean core) {
        ObjectNode list = Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        if (core) {
            addGroup(items, "", List.of("v1"));
        } else {
            Discovery.groups(catalog).forEach((group, versions) -> addGroup(items, group, versions));
            remotes.get().forEach(remote -> addRemote(items, remote));
        }
        return list;
    }

    private void addGroup(ArrayNode items, String group, List<String> versions) {
        ObjectNode item = items.addObject();
        ObjectNode metadata = item.putObject("metadata").putNull("creationTimestamp");
        if (!group.isEmpty()) {
            metadata.put("name", group);
        }
        ArrayNode entries = item.putArray("versions");
        for (String version : versions) {
            ObjectNode entry = entries.addObject().put("version", version);
            ArrayNode resources = entry.putArray("resources");
            catalog.all().stream().filter(type -> type.group().equals(group) && type.version().equals(version)).forEach(type -> addResource(resources, type));
            entry.put("freshness", "Current");
        }
    }

    /// Adds a version of an aggregated API server, marked `Stale` when the server is not available. Clients use a stale entry only when they have
    /// nothing better.
    private static void addRemote(ArrayNode items, RemoteVersion remote) {
        ArrayNode versions = null;
        for (JsonNode item : items) {
            if (item.path("metadata").path("name").asText().equals(remote.group())) {
                versions = (ArrayNode) item.get("versions");
            }
        }
        if (versions == null) {
            ObjectNode item = items.addObject();
            item.putObject("metadata").putNull("creationTimestamp").put("name", remote.group());
            versions = item.putArray("versions");
        }
        ObjectNode entry = versions.addObject().put("version", remote.version());
        entry.set("resources", remote.resources());
        entry.put("freshness", remote.fresh() ? "Current" : "Stale");
    }

    private static void addResource(ArrayNode resources, ResourceType type) {
        ObjectNode entry = resources.addObject().put("resource", type.plural());
        entry.set("responseKind", kind(type.gvk()));
        entry.put("scope", type.namespaced() ? "Namespaced" : "Cluster").put("singularResource", type.singular());
        addAll(entry, "verbs", Discovery.verbs(type));
        addAll(entry, "shortNames", type.shortNames());
        addAll(entry, "categories", type.categories());
        List<SubresourceKind> subresources = SubresourceKind.of(type);
        if (!subresources.isEmpty()) {
            ArrayNode below = entry.putArray("subresources");
            for (SubresourceKind subresource : subresources) {
                ObjectNode part = below.addObject().put("subresource", subresource.name());
                part.set("responseKind", kind(subresource.kind()));
                addAll(part, "verbs", subresource.verbs());
            }
        }
    }

    private static ObjectNode kind(GroupVersionKind kind) {
        return Json.object().put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
    }

    private static void addAll(ObjectNode entry, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = entry.putArray(field);
            values.forEach(array::add);
        }
    }
}
