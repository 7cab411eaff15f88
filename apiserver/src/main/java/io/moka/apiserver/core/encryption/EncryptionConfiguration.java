package io.moka.apiserver.core.encryption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.YamlFile;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The encryption providers of each resource. When several entries cover a resource, the first one applies.
///
/// @param bySegment the names of the built-in resources, by their key segment below the prefix
record EncryptionConfiguration(List<Entry> entries, Map<String, List<String>> bySegment) {

    /// @param resources resource names and patterns: `secrets`, `widgets.example.com`, `*.apps`, `*.` for the core group, `*.*`
    record Entry(List<String> resources, Providers providers) {
        boolean covers(String resource) {
            String group = resource.contains(".") ? resource.substring(resource.indexOf('.') + 1) : "";
            return resources.contains(resource) || resources.contains("*." + group) || resources.contains("*.*");
        }
    }

    static EncryptionConfiguration read(Path file, Catalog catalog) throws IOException {
        ObjectNode configuration = YamlFile.read(file, "apiserver.config.k8s.io", "EncryptionConfiguration");
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : configuration.path("resources")) {
            String where = file + ": resources[" + entries.size() + "]";
            List<String> resources = YamlFile.strings(entry, "resources");
            if (resources.isEmpty()) {
                throw new IOException(where + ": it covers no resource");
            }
            entries.add(new Entry(resources, Providers.of(entry.path("providers"), where + ".providers")));
        }
        if (entries.isEmpty()) {
            throw new IOException(file + ": it has no resources");
        }
        Map<String, List<String>> bySegment = new HashMap<>();
        for (ResourceType type : catalog.all()) {
            if (type.stored()) {
                bySegment.computeIfAbsent(type.keySegment(), ignored -> new ArrayList<>()).add(type.qualifiedPlural());
            }
        }
        return new EncryptionConfiguration(List.copyOf(entries), bySegment);
    }

    /// @param path the key below the prefix
    @Nullable Providers of(String path) {
        for (String resource : resources(path)) {
            for (Entry entry : entries) {
                if (entry.covers(resource)) {
                    return entry.providers();
                }
            }
        }
        return null;
    }

    private List<String> resources(String path) {
        int first = path.indexOf('/');
        if (first < 0) {
            return List.of();
        }
        List<String> known = bySegment.get(path.substring(0, first));
        if (known != null) {
            return known;
        }
        int second = path.indexOf('/', first + 1);
        if (second < 0) {
            return List.of();
        }
        known = bySegment.get(path.substring(0, second));
        boolean custom = path.substring(0, first).contains(".");
        return known != null ? known : custom ? List.of(path.substring(first + 1, second) + "." + path.substring(0, first)) : List.of();
    }
}
