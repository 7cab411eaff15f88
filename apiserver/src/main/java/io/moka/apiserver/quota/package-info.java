/// Holds what is created against the ResourceQuotas of its namespace.
///
/// - `status.used` is written before the object is, and by compare-and-swap: what is created is never more than `status.hard`.
/// - It may be less for a while, when a charged object was not written after all; the controller puts that right.
/// - Who is refused by one of several quotas is charged by none.
/// - Namespaces without quotas cost one look at a number.
///
/// Upstream leaves charges of earlier quotas in place when a later one refuses, and charges for the creation of what there is already.
///
/// Read `ResourceQuotaAdmission` first, then `QuotaLedger`. How much an object takes is in machinery's `quota`, since the controller asks that too.
@NullMarked
package io.moka.apiserver.quota;

import org.jspecify.annotations.NullMarked;
