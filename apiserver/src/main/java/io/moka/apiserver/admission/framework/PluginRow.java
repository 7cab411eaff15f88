package io.moka.apiserver.admission.framework;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import java.io.IOException;
import java.util.function.Supplier;

/// An admission plugin that flags can turn on or off by its name.
///
/// @param byDefault whether the plugin runs when no flag names it
public record PluginRow(String name, boolean byDefault, Factory factory) {

    /// Creates the plugin if it is to run.
    @FunctionalInterface
    public interface Factory {
        /// @param configuration the plugin's part of the configuration file, a missing node if there is none
        /// @throws IOException when the configuration is invalid; the message says why
        AdmissionPlugin make(JsonNode configuration) throws IOException;
    }

    /// Returns the row of a plugin that runs by default and has no configuration.
    public static PluginRow on(String name, Supplier<AdmissionPlugin> plugin) {
        return new PluginRow(name, true, configuration -> plugin.get());
    }

    /// Returns the row of a plugin that runs by default and has a configuration.
    public static PluginRow on(String name, Factory factory) {
        return new PluginRow(name, true, factory);
    }

    /// Returns the row of a plugin that runs only when a flag enables it, and has no configuration.
    public static PluginRow off(String name, Supplier<AdmissionPlugin> plugin) {
        return new PluginRow(name, false, configuration -> plugin.get());
    }

    /// Returns the row of a plugin that runs only when a flag enables it, and has a configuration.
    public static PluginRow off(String name, Factory factory) {
        return new PluginRow(name, false, factory);
    }
}
