package io.moka.machinery.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the server serves: its groups, their preferred versions and the resources in them.
public final class Discovery {

    private final ApiClient client;

    public Discovery(ApiClient client) {
        this.client = client;
    }

    /// @param singular the name for one object, such as `pod`
    public record Resource(ResourceType<GenericKubernetesResource> type, String singular, List<String> shortNames, Set<String> verbs, List<String> categories) {
    }

    /// Every resource in its preferred version; subresources are left out.
    public List<Resource> resources() {
        var resources = new ArrayList<Resource>();
        var served = new HashSet<String>();
        read(resources, served, "", "v1", "/api/v1");
        for (var group : get("/apis").path("groups")) {
            var preferred = group.path("preferredVersion").path("version").asText();
            var name = group.path("name").asText();
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
        for (var entry : get(path).path("resources")) {
            var plural = entry.path("name").asText();
            if (!plural.contains("/") && served.add(plural + "." + group)) {
                var type = ResourceType.generic(group, version, plural, entry.path("kind").asText(), entry.path("namespaced").asBoolean());
                resources.add(new Resource(type, entry.path("singularName").asText(), strings(entry.path("shortNames")),
                        Set.copyOf(strings(entry.path("verbs"))), strings(entry.path("categories"))));
            }
        }
    }

    private JsonNode get(String path) {
        try {
            return Json.mapper().readTree(client.send("GET", path, Map.of(), null, null));
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private static List<String> strings(JsonNode array) {
        var strings = new ArrayList<String>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }
}
