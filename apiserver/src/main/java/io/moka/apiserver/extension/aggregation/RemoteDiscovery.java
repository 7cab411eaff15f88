package io.moka.apiserver.extension.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// Converts an APIResourceList, which every server has, to the form of aggregated discovery.
final class RemoteDiscovery {
    private RemoteDiscovery() {}

    static ArrayNode aggregated(String group, String version, JsonNode resourceList) {
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        for (JsonNode resource : resourceList.path("resources")) {
            String name = Json.text(resource, "name");
            if (name.indexOf('/') < 0) {
                ObjectNode entry = Json.object().put("resource", name);
                entry.set("responseKind", kind(group, version, resource));
                entry.put("scope", resource.path("namespaced").asBoolean() ? "Namespaced" : "Cluster").put("singularResource", Json.text(resource, "singularName"));
                copy(resource, entry, "verbs", "shortNames", "categories");
                resources.put(name, entry);
            }
        }
        for (JsonNode resource : resourceList.path("resources")) {
            String name = Json.text(resource, "name");
            int slash = name.indexOf('/');
            ObjectNode parent = slash < 0 ? null : resources.get(name.substring(0, slash));
            if (parent != null) {
                ObjectNode entry = parent.withArray("subresources").addObject().put("subresource", name.substring(slash + 1));
                entry.set("responseKind", kind(group, version, resource));
                copy(resource, entry, "verbs");
            }
        }
        ArrayNode all = Json.object().arrayNode();
        resources.values().forEach(all::add);
        return all;
    }

    private static ObjectNode kind(String group, String version, JsonNode resource) {
        String ownGroup = Json.text(resource, "group");
        String ownVersion = Json.text(resource, "version");
        return Json.object().put("group", ownGroup.isEmpty() ? group : ownGroup).put("version", ownVersion.isEmpty() ? version : ownVersion).put("kind", Json.text(resource, "kind"));
    }

    private static void copy(JsonNode from, ObjectNode to, String... fields) {
        for (String field : fields) {
            if (from.has(field)) {
                to.set(field, from.get(field));
            }
        }
    }
}
