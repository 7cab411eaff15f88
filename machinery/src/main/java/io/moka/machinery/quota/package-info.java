/// How quotas count: amounts of resources, what pods and other objects take, which objects a quota is about.
///
/// - The apiserver charges a new object by this, the controller counts what is there by this: they never disagree.
/// - Objects are JSON trees, since the apiserver has nothing else.
///
/// Upstream has an evaluator for each kind, in a registry; here a kind is a case in a switch.
///
/// Read `QuotaUsage` first.
@NullMarked
package io.moka.machinery.quota;

import org.jspecify.annotations.NullMarked;
