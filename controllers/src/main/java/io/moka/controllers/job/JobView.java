package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// The input of a job's plan.
///
/// @param pods all pods of the job
/// @param released uids of pods whose finalizer was removed, though `pods` may still show it
/// @param changes whether pods may be created and deleted
/// @param backoff the failures that are counted already
record JobView(Job job, List<Pod> pods, Set<String> released, Changes changes, Backoff backoff, Instant now) {

    /// The change of the number of pods that a plan may make.
    enum Changes {
        /// The view shows every pod that was created or deleted.
        ALLOWED,
        /// The cache does not show them yet: no pod is created or deleted, and the status keeps the expected numbers of running pods.
        AWAITED,
        /// The server refused a creation: no pod is created or deleted, and the status counts the present pods.
        REFUSED
    }

    /// Returns this view for a new plan after the server refused a creation.
    JobView refused() {
        return new JobView(job, pods, released, Changes.REFUSED, backoff, now);
    }

    boolean isSettled() {
        return changes == Changes.ALLOWED;
    }
}
