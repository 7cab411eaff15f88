package io.moka.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Supplier;

/// A plugin that can be asked for by name.
///
/// @param byDefault whether it runs without being asked for
public record PluginRow(String name, boolean byDefault, Factory factory) {

    /// Makes the plugin when it is to run.
    @FunctionalInterface
    public interface Factory {
        /// @param configuration what the configuration file has for it, a missing node if nothing
        /// @throws IOException saying what is wrong with the configuration
        AdmissionPlugin make(JsonNode configuration) throws IOException;
    }

    /// A plugin that runs by default and has no configuration.
    public static PluginRow on(String name, Supplier<AdmissionPlugin> plugin) {
        return new PluginRow(name, true, configuration -> plugin.get());
    }

    /// One that runs by default, as its configuration says.
    public static PluginRow on(String name, Factory factory) {
        return new PluginRow(name, true, factory);
    }

    /// One that runs when asked for, and has no configuration.
    public static PluginRow off(String name, Supplier<AdmissionPlugin> plugin) {
        return new PluginRow(name, false, configuration -> plugin.get());
    }

    /// One that runs when asked for, as its configuration says.
    public static PluginRow off(String name, Factory factory) {
        return new PluginRow(name, false, factory);
    }
}
