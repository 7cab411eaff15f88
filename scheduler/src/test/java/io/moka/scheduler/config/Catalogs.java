package io.moka.scheduler.config;

import io.moka.machinery.meta.LabelSelector;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.topology.Namespaces;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The catalog of plugins for tests.
public final class Catalogs {

    private Catalogs() {
    }

    /// @param labels of the namespaces that there are
    public static Namespaces namespaces(Map<String, Map<String, String>> labels) {
        return new Namespaces() {
            @Override
            public Map<String, String> labels(String namespace) {
                return labels.getOrDefault(namespace, Map.of());
            }

            @Override
            public Set<String> matching(LabelSelector selector) {
                return labels.entrySet().stream().filter(e -> selector.matches(e.getValue())).map(Map.Entry::getKey).collect(Collectors.toSet());
            }
        };
    }

    public static PluginCatalog catalog(Plugin... others) {
        return new PluginCatalog(namespaces(Map.of()), namespace -> List.of(), List.of(others));
    }

    public static Profile profile(Plugin... others) {
        return Profile.of("default-scheduler", catalog(others).defaults());
    }
}
