/// What is checked or changed before an object is written, beside the kind's own rules.
///
/// - Mutating plugins run before validation, validating ones after it; both in a fixed order.
/// - A plugin refuses by throwing; nothing has been written then.
/// - When an extension has changed the object, the mutating plugins run a second time, and never a third.
/// - What is shown is what is written: of a subresource its own kind, of a conversation (`CONNECT`) its parameters, of a delete the old object.
/// - An update that is tried again because of a conflict runs through the plugins again.
/// - Which plugins run is decided at the start, by flags and a configuration file; their order is fixed.
///
/// Upstream does not run NodeRestriction by default. A plugin's configuration is read by the plugin itself, and the whole start fails if it is wrong.
///
/// Read `AdmissionPlugin` first, then `PluginRow`, then `ServiceAccountAdmission`. The rows themselves are in `BuiltinPlugins`, beside `ServerParts`.
@NullMarked
package io.moka.apiserver.admission;

import org.jspecify.annotations.NullMarked;
