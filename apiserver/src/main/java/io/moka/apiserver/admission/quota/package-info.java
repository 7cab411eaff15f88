/// Enforces the ResourceQuotas of a namespace when objects are created or changed.
///
/// - `status.used` is written before the object, by compare-and-swap, so the usage never exceeds `status.hard`.
/// - The actual usage may be lower for a while, when a charged object was not written after all; the controller corrects that.
/// - A request that one of several quotas refuses is charged to none of them.
/// - A namespace without quotas costs a request at most a comparison of revisions and a look-up.
///
/// Upstream leaves charges of earlier quotas in place when a later one refuses, and charges for the creation of an object that already exists.
///
/// Read `ResourceQuotaAdmission` first, then `QuotaLedger`. The usage of an object is computed in machinery's `quota`, which the controller uses too.
@NullMarked
package io.moka.apiserver.admission.quota;

import org.jspecify.annotations.NullMarked;
