/// Moves a Deployment's pods from one template to the next, step by step, by scaling one ReplicaSet for each template.
///
/// Promises:
/// - never more than `replicas + maxSurge` pods, never fewer than `replicas - maxUnavailable` available ones, through a rolling update;
/// - the number of each revision is kept as an annotation, so that the Deployment can be rolled back to any of them;
/// - the conditions `Available` and `Progressing` always show the progress of the rollout, with upstream's reasons.
///
/// Watches Deployments, ReplicaSets and pods; writes ReplicaSets and the deployments' status. Differs from upstream in two things: once the progress deadline
/// has passed, the condition also names the pod that holds the roll-out up, and why; and pods that an old set no longer wants count against the surge, and not as available, until
/// the set reports that they are gone, so that a manager that dies between the two writes leaves no pod too many.
///
/// Follows upstream's `pkg/controller/deployment`. Read [DeploymentPlan], then [RollingUpdate].
@NullMarked
package io.moka.controllers.deployment;

import org.jspecify.annotations.NullMarked;
