/// Deletes finished jobs once the time that they name in `spec.ttlSecondsAfterFinished` is over; 0 means at once.
///
/// Watches Jobs. Deletes Jobs in the foreground: the job is removed after its pods.
///
/// Invariant: a job is deleted only if the server, asked at that moment, shows the same job (by uid) as finished and expired. So a job that was
/// replaced under its name, or whose time was prolonged meanwhile, stays. The uid is a precondition of the deletion too.
///
/// The wall clock is used: if it is set forwards, a job is deleted earlier; if it is set back, later; for a finish time in the future the controller waits.
///
/// Follows upstream's `pkg/controller/ttlafterfinished`. Read [TtlPlan].
@NullMarked
package io.moka.controllers.ttlafterfinished;

import org.jspecify.annotations.NullMarked;
