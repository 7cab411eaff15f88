package io.moka.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.scheduler.framework.Bind;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Permit;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.PostBind;
import io.moka.scheduler.framework.PostFilter;
import io.moka.scheduler.framework.PreBind;
import io.moka.scheduler.framework.PreEnqueue;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.QueueSort;
import io.moka.scheduler.framework.Reserve;
import io.moka.scheduler.framework.Score;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The plugins that a profile enables and disables at one extension point.
///
/// A plugin's PreFilter and Filter are one object, and so are its PreScore and Score: choosing one of the two chooses both.
///
/// @param enabled weights by the names of plugins; 0 for the plugin's own weight
/// @param disabled names of plugins, or `*` for all
record PluginChoice(Map<String, Integer> enabled, Set<String> disabled) {

    static final PluginChoice NONE = new PluginChoice(Map.of(), Set.of());

    private static final Map<String, Class<? extends Plugin>> POINTS = Map.ofEntries(Map.entry("preEnqueue", PreEnqueue.class), Map.entry("queueSort", QueueSort.class),
            Map.entry("preFilter", PreFilter.class), Map.entry("filter", Filter.class), Map.entry("postFilter", PostFilter.class), Map.entry("preScore", PreScore.class),
            Map.entry("score", Score.class), Map.entry("reserve", Reserve.class), Map.entry("permit", Permit.class), Map.entry("preBind", PreBind.class),
            Map.entry("bind", Bind.class), Map.entry("postBind", PostBind.class));

    /// @throws IllegalArgumentException when there is no such extension point
    static PluginChoice read(String point, JsonNode choice) {
        if (!point.equals("multiPoint") && !POINTS.containsKey(point)) {
            throw new IllegalArgumentException("profiles[].plugins: there is no extension point \"" + point + "\"");
        }
        var enabled = new LinkedHashMap<String, Integer>();
        choice.path("enabled").forEach(plugin -> enabled.put(plugin.path("name").asText(), plugin.path("weight").asInt(0)));
        var disabled = new HashSet<String>();
        choice.path("disabled").forEach(plugin -> disabled.add(plugin.path("name").asText()));
        return new PluginChoice(enabled, disabled);
    }

    static boolean isAt(String point, Plugin plugin) {
        var type = POINTS.get(point);
        return type != null && type.isInstance(plugin);
    }

    boolean disables(String name) {
        return disabled.contains("*") || disabled.contains(name);
    }
}
