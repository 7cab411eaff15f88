package io.moka.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.client.Json;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.QueueSort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// A KubeSchedulerConfiguration, `kubescheduler.config.k8s.io/v1`.
///
/// Read are `profiles` (name, plugins, pluginConfig, percentageOfNodesToScore), `percentageOfNodesToScore`, `podInitialBackoffSeconds` and
/// `podMaxBackoffSeconds`. Other fields are ignored: their settings are flags of this process.
public record Configuration(List<ProfileSpec> profiles, Duration initialBackoff, Duration maxBackoff) {

    /// @param points the content of `plugins`, by the name of the extension point or `multiPoint`
    public record ProfileSpec(String schedulerName, Map<String, PluginChoice> points, Map<String, JsonNode> args, int percentageOfNodesToScore) {

        /// @throws IllegalArgumentException when a name or an argument is wrong
        public Profile profile(PluginCatalog catalog) {
            var names = new LinkedHashSet<>(catalog.names());
            points.values().forEach(choice -> names.addAll(choice.enabled().keySet()));
            var plugins = new ArrayList<Plugin>();
            for (var name : names) {
                catalog.create(name, args.getOrDefault(name, Json.mapper().missingNode())).stream().filter(this::isUsed).forEach(plugins::add);
            }
            if (plugins.stream().noneMatch(QueueSort.class::isInstance)) {
                throw new IllegalArgumentException("profile " + schedulerName + ": one queueSort plugin is required");
            }
            return new Profile(schedulerName, List.copyOf(plugins), weights(), percentageOfNodesToScore);
        }

        /// The choice for one of its extension points goes before that for `multiPoint`, and enabling before disabling.
        private boolean isUsed(Plugin plugin) {
            var own = points.entrySet().stream().filter(e -> PluginChoice.isAt(e.getKey(), plugin)).map(Map.Entry::getValue).toList();
            if (own.stream().anyMatch(choice -> choice.enabled().containsKey(plugin.name()))) {
                return true;
            }
            if (own.stream().anyMatch(choice -> choice.disables(plugin.name()))) {
                return false;
            }
            var all = points.getOrDefault("multiPoint", PluginChoice.NONE);
            return all.enabled().containsKey(plugin.name()) || !all.disables(plugin.name());
        }

        private Map<String, Integer> weights() {
            var weights = new HashMap<String, Integer>();
            for (var point : List.of("multiPoint", "score")) {
                weights.putAll(points.getOrDefault(point, PluginChoice.NONE).enabled());
            }
            weights.values().removeIf(weight -> weight == 0);
            return weights;
        }
    }

    public static Configuration defaults(String schedulerName) {
        return new Configuration(List.of(new ProfileSpec(schedulerName, Map.of(), Map.of(), 0)), Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    /// @throws IllegalArgumentException when the file is not such a configuration; the message names the field
    public static Configuration read(Path file, String defaultName) throws IOException {
        var root = new YAMLMapper().readTree(file.toFile());
        if (!"kubescheduler.config.k8s.io/v1".equals(root.path("apiVersion").asText()) || !"KubeSchedulerConfiguration".equals(root.path("kind").asText())) {
            throw new IllegalArgumentException(file + ": not a KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1");
        }
        int percentage = percentage(root, 0);
        var profiles = new ArrayList<ProfileSpec>();
        root.path("profiles").forEach(profile -> profiles.add(profile(profile, defaultName, percentage)));
        if (profiles.isEmpty()) {
            profiles.add(new ProfileSpec(defaultName, Map.of(), Map.of(), percentage));
        }
        if (profiles.stream().map(ProfileSpec::schedulerName).distinct().count() < profiles.size()) {
            throw new IllegalArgumentException("profiles: two have the same schedulerName");
        }
        var initial = Duration.ofSeconds(root.path("podInitialBackoffSeconds").asLong(1));
        var max = Duration.ofSeconds(root.path("podMaxBackoffSeconds").asLong(10));
        if (initial.isZero() || initial.isNegative() || max.compareTo(initial) < 0) {
            throw new IllegalArgumentException("podInitialBackoffSeconds must be positive, podMaxBackoffSeconds not below it");
        }
        return new Configuration(List.copyOf(profiles), initial, max);
    }

    private static int percentage(JsonNode node, int otherwise) {
        int value = node.path("percentageOfNodesToScore").asInt(otherwise);
        if (value < 0 || value > 100) {
            throw new IllegalArgumentException("percentageOfNodesToScore must be from 0 to 100");
        }
        return value;
    }

    private static ProfileSpec profile(JsonNode profile, String defaultName, int percentage) {
        var points = new LinkedHashMap<String, PluginChoice>();
        profile.path("plugins").properties().forEach(point -> points.put(point.getKey(), PluginChoice.read(point.getKey(), point.getValue())));
        var args = new LinkedHashMap<String, JsonNode>();
        profile.path("pluginConfig").forEach(config -> args.put(config.path("name").asText(), config.path("args")));
        return new ProfileSpec(profile.path("schedulerName").asText(defaultName), points, args, percentage(profile, percentage));
    }
}
