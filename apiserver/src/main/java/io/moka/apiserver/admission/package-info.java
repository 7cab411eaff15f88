/// What is checked or changed before an object is written, beside the kind's own rules.
///
/// - Mutating plugins run before validation, validating ones after it; both in a fixed order.
/// - A plugin refuses by throwing; nothing has been written then.
/// - An update that is tried again because of a conflict runs through the plugins again.
///
/// Upstream has some thirty plugins and calls webhooks; those that a small cluster needs are here.
///
/// Read `AdmissionPlugin` first, then `ServiceAccountAdmission`.
@NullMarked
package io.moka.apiserver.admission;

import org.jspecify.annotations.NullMarked;
