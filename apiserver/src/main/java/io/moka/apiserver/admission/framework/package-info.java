/// The table of admission plugins, and which of them run.
///
/// - Which plugins run is decided at the start, by flags and a configuration file; their order is fixed.
/// - Names in flags are upstream's.
///
/// Read `PluginRow` first, then `PluginSelection`.
@NullMarked
package io.moka.apiserver.admission.framework;

import org.jspecify.annotations.NullMarked;
