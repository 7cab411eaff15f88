/// Creates the claims of generic ephemeral volumes: one for each `ephemeral` volume of a pod, named `<pod>-<volume>` and owned by the pod.
///
/// Watches pods and claims, creates claims. Deletion is the garbage collector's, as the pod owns them.
///
/// Invariant: a claim of that name that the pod does not own is never used; an event reports the conflict and the pod waits.
///
/// Follows upstream's `pkg/controller/volume/ephemeral`. Read [EphemeralPlan].
@NullMarked
package io.moka.controllers.ephemeralvolume;

import org.jspecify.annotations.NullMarked;
