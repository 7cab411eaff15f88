package io.moka.apiserver.admission.framework;

import io.moka.apiserver.core.admission.AdmissionChain;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Determines from the flags which plugins run. They run in the order of the rows, whatever order the flags name them in.
public final class PluginSelection {
    private PluginSelection() {}

    /// @param always plugins that no flag turns off; they come first
    /// @throws IllegalArgumentException when a flag names an unknown plugin, or both flags name the same one
    /// @throws IOException              when a configuration is unreadable or invalid
    public static AdmissionChain choose(List<PluginRow> rows, AdmissionOptions options, List<AdmissionPlugin> always) throws IOException {
        requireKnown(rows, options);
        PluginConfigurations configurations = PluginConfigurations.read(options.configFile);
        List<AdmissionPlugin> chosen = new ArrayList<>(always);
        for (PluginRow row : rows) {
            if (options.enabled.contains(row.name()) || row.byDefault() && !options.disabled.contains(row.name())) {
                chosen.add(make(row, configurations, options));
            }
        }
        return new AdmissionChain(chosen);
    }

    private static AdmissionPlugin make(PluginRow row, PluginConfigurations configurations, AdmissionOptions options) throws IOException {
        try {
            return row.factory().make(configurations.of(row.name()));
        } catch (IOException wrong) {
            throw new IOException(options.configFile + ": " + row.name() + ": " + wrong.getMessage(), wrong);
        }
    }

    private static void requireKnown(List<PluginRow> rows, AdmissionOptions options) {
        requireKnown(rows, "enable-admission-plugins", options.enabled);
        requireKnown(rows, "disable-admission-plugins", options.disabled);
        Set<String> both = new HashSet<>(options.enabled);
        both.retainAll(options.disabled);
        if (!both.isEmpty()) {
            throw new IllegalArgumentException(both + " in enable-admission-plugins and disable-admission-plugins overlapped");
        }
    }

    private static void requireKnown(List<PluginRow> rows, String flag, List<String> names) {
        for (String name : names) {
            if (rows.stream().noneMatch(row -> row.name().equals(name))) {
                throw new IllegalArgumentException(flag + " plugin \"" + name + "\" is unknown");
            }
        }
    }
}
