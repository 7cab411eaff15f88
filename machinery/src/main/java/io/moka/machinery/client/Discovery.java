package io.moka.machinery.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the server's discovery: its groups, their preferred versions and the resources in them.
public final class Discovery {

    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    private final ApiClient client;

    public Discovery(ApiClient client) {
        this.client = client;
    }

    /// @param singular the name for one object, such as `pod`
    public record Resource(ResourceType<GenericKubernetesResource> type, String singular, List<String> shortNames, Set<String> verbs, List<String> categories) {
    }

    /// Returns every resource in its preferred version; subresources are left out.
    public List<Resource> resources() {
        var aggregated = new ArrayList<Resource>();
        var served = new HashSet<String>();
        boolean complete = readAggregated("/api", aggregated, served) && readAggregated("/apis", aggregated, served);
        return complete ? aggregated : oneByOne();
    }

    /// Reads the aggregated document of all groups; false when the server is too old to serve it.
    private boolean readAggregated(String path, List<Resource> resources, Set<String> served) {
        var document = get(path, AGGREGATED);
        if (!document.path("kind").asText().equals("APIGroupDiscoveryList")) {
            return false;
        }
        for (var group : document.path("items")) {
            for (var version : group.path("versions")) {
                for (var entry : version.path("resources")) {
                    addAggregated(group.path("metadata").path("name").asText(), version.path("version").asText(), entry, resources, served);
                }
            }
        }
        return true;
    }

    private static void addAggregated(String group, String version, JsonNode entry, List<Resource> resources, Set<String> served) {
        var plural = entry.path("resource").asText();
        if (served.add(plural + "." + group)) {
            var type = ResourceType.generic(group, version, plural, entry.path("responseKind").path("kind").asText(),
                    entry.path("scope").asText().equals("Namespaced"));
            resources.add(new Resource(type, entry.path("singularResource").asText(), strings(entry.path("shortNames")),
                    Set.copyOf(strings(entry.path("verbs"))), strings(entry.path("categories"))));
        }
    }

    private List<Resource> oneByOne() {
        var resources = new ArrayList<Resource>();
        var served = new HashSet<String>();
        read(resources, served, "", "v1", "/api/v1");
        for (var group : get("/apis", "application/json").path("groups")) {
            var name = group.path("name").asText();
            var preferred = group.path("preferredVersion").path("version").asText();
            read(resources, served, name, preferred, "/apis/" + name + "/" + preferred);
            for (var version : group.path("versions")) {
                var other = version.path("version").asText();
                if (!other.equals(preferred)) {
                    read(resources, served, name, other, "/apis/" + name + "/" + other);
                }
            }
        }
        return resources;
    }

    private void read(List<Resource> resources, Set<String> served, String group, String version, String path) {
        for (var entry : get(path, "application/json").path("resources")) {
            var plural = entry.path("name").asText();
            if (!plural.contains("/") && served.add(plural + "." + group)) {
                var type = ResourceType.generic(group, version, plural, entry.path("kind").asText(), entry.path("namespaced").asBoolean());
                resources.add(new Resource(type, entry.path("singularName").asText(), strings(entry.path("shortNames")),
                        Set.copyOf(strings(entry.path("verbs"))), strings(entry.path("categories"))));
            }
        }
    }

    private JsonNode get(String path, String accept) {
        return client.list(path, Map.of(), Json.mapper().constructType(JsonNode.class), accept);
    }

    private static List<String> strings(JsonNode array) {
        var strings = new ArrayList<String>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }
}
