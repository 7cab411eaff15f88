package io.moka.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.client.Json;
import io.moka.scheduler.filters.DynamicResources;
import io.moka.scheduler.filters.InterPodAffinity;
import io.moka.scheduler.filters.NodeAffinity;
import io.moka.scheduler.filters.NodeName;
import io.moka.scheduler.filters.NodePorts;
import io.moka.scheduler.filters.NodeResourcesFit;
import io.moka.scheduler.filters.NodeUnschedulable;
import io.moka.scheduler.filters.PodTopologySpread;
import io.moka.scheduler.filters.SchedulingGates;
import io.moka.scheduler.filters.TaintToleration;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.queue.PrioritySort;
import io.moka.scheduler.scores.ImageLocality;
import io.moka.scheduler.scores.InterPodAffinityScore;
import io.moka.scheduler.scores.NodeAffinityScore;
import io.moka.scheduler.scores.NodeResourcesBalancedAllocation;
import io.moka.scheduler.scores.NodeResourcesFitScore;
import io.moka.scheduler.scores.PodTopologySpreadScore;
import io.moka.scheduler.scores.TaintTolerationScore;
import io.moka.scheduler.topology.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Creates plugins by upstream's names from their arguments.
///
/// @param services returns the services of a namespace
/// @param others plugins that need more than this catalog knows: preemption and the binder
public record PluginCatalog(Namespaces namespaces, Function<String, List<Service>> services, List<Plugin> others) {

    /// The plugins of a profile without a configuration, in the order in which they are called: cheap filters first.
    private static final List<String> ENABLED = List.of("SchedulingGates", "PrioritySort", "DynamicResources", "NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts",
            "NodeResourcesFit", "PodTopologySpread", "InterPodAffinity", "NodeResourcesBalancedAllocation", "ImageLocality");

    /// The names of all plugins, in the order in which they are enabled by default.
    public List<String> names() {
        return Stream.concat(ENABLED.stream(), others.stream().map(Plugin::name)).toList();
    }

    /// All plugins with their default arguments.
    public List<Plugin> defaults() {
        var all = new ArrayList<Plugin>();
        names().forEach(name -> all.addAll(create(name, Json.mapper().missingNode())));
        return all;
    }

    /// A plugin takes part in filtering and scoring with one object each.
    ///
    /// @param args the plugin's arguments in the configuration's `pluginConfig`; a missing node for the defaults
    /// @throws IllegalArgumentException when there is no plugin of this name, or its arguments are wrong
    List<Plugin> create(String name, JsonNode args) {
        return switch (name) {
            case "SchedulingGates" -> List.of(new SchedulingGates());
            case "PrioritySort" -> List.of(new PrioritySort());
            case "DynamicResources" -> List.of(new DynamicResources());
            case "NodeUnschedulable" -> List.of(new NodeUnschedulable());
            case "NodeName" -> List.of(new NodeName());
            case "TaintToleration" -> List.of(new TaintToleration(), new TaintTolerationScore());
            case "NodeAffinity" -> List.of(new NodeAffinity(args.hasNonNull("addedAffinity") ? addedAffinity(args) : null), new NodeAffinityScore());
            case "NodePorts" -> List.of(new NodePorts());
            case "NodeResourcesFit" -> List.of(new NodeResourcesFit(), new NodeResourcesFitScore(StrategyArgs.read(args.path("scoringStrategy"))));
            case "PodTopologySpread" -> List.of(new PodTopologySpread(), new PodTopologySpreadScore(services, !"List".equals(args.path("defaultingType").asText())));
            case "InterPodAffinity" -> List.of(new InterPodAffinity(namespaces), new InterPodAffinityScore(namespaces, args.path("hardPodAffinityWeight").asLong(1),
                    !args.path("ignorePreferredTermsOfExistingPods").asBoolean()));
            case "NodeResourcesBalancedAllocation" -> List.of(new NodeResourcesBalancedAllocation());
            case "ImageLocality" -> List.of(new ImageLocality());
            default -> List.of(others.stream().filter(plugin -> plugin.name().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no plugin \"" + name + "\"")));
        };
    }

    private static NodeSelector addedAffinity(JsonNode args) {
        return Json.mapper().convertValue(args.path("addedAffinity").path("requiredDuringSchedulingIgnoredDuringExecution"), NodeSelector.class);
    }
}
