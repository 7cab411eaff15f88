/// Reads the scheduler's configuration: the available plugins, and the plugins that each profile uses.
///
/// Promises: plugins have upstream's names; a wrong configuration ends the process with a message that names the field. Follows upstream's `apis/config` and
/// `plugins/registry`. Read [Configuration], then [PluginCatalog].
@NullMarked
package io.moka.scheduler.config;

import org.jspecify.annotations.NullMarked;
