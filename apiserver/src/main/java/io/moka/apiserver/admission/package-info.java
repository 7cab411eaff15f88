/// Chapter 5: plugins that check or change an object before it is written, in addition to the kind's own rules.
///
/// - `framework` decides which plugins run, by flags and a configuration file; their order is fixed.
/// - `plugins` are small, each with one rule; `limits`, `quota` and `podsecurity` are larger ones.
/// - `policy` and `webhook` apply rules that users have written; `matching` decides for both which requests they apply to.
///
/// The contract with the verbs is `core.admission`. Upstream does not run NodeRestriction by default. A plugin's configuration is read by the plugin itself, and the
/// whole start fails if it is wrong.
///
/// Read `framework.PluginRow` first, then `plugins.NodeRestriction`. The rows themselves are in `server.BuiltinPlugins`.
@NullMarked
package io.moka.apiserver.admission;

import org.jspecify.annotations.NullMarked;
