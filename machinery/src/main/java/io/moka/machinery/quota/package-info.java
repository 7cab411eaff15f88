/// Computes the usage of quotas: amounts of resources, the usage of pods and other objects, and the objects to which a quota applies.
///
/// - The apiserver charges new objects and the controller counts existing objects by this package, so their results never differ.
/// - Objects are JSON trees, since the apiserver has nothing else.
///
/// Upstream has an evaluator for each kind, in a registry; here a kind is a case in a switch.
///
/// Read `QuotaUsage` first.
@NullMarked
package io.moka.machinery.quota;

import org.jspecify.annotations.NullMarked;
