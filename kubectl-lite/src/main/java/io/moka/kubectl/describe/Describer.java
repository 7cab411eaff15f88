package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Writes about one kind of object.
@FunctionalInterface
public interface Describer {

    void describe(JsonNode object, Surroundings surroundings, Lines out);

    /// By kind, as manifests write it.
    Map<String, Describer> BY_KIND = byKind();

    private static Map<String, Describer> byKind() {
        var all = new HashMap<String, Describer>();
        all.put("Pod", new PodDescriber());
        all.put("Node", new NodeDescriber());
        all.putAll(Workloads.describers());
        all.putAll(Network.describers());
        all.putAll(Settings.describers());
        all.putAll(Access.describers());
        all.putAll(Storage.describers());
        return Map.copyOf(all);
    }

    /// The text about a pod template, whose columns upstream's `rollout history` does not line up.
    static String template(JsonNode template) {
        var out = new Lines(Instant.EPOCH);
        PodTemplates.describe(template, out);
        return out.withTabs();
    }

    /// The text about an object, with its events at the end.
    ///
    /// @param now the time from which ages are counted
    static String describe(JsonNode object, Surroundings surroundings, Instant now) {
        var out = new Lines(now);
        BY_KIND.getOrDefault(object.path("kind").asText(), new Generic()).describe(object, surroundings, out);
        return out.text();
    }
}
