/// Moves a Deployment's pods from one template to the next, step by step, by scaling one ReplicaSet for each template.
///
/// Promises:
/// - never more than `replicas + maxSurge` pods, never fewer than `replicas - maxUnavailable` available ones, through a rolling update;
/// - the number of each revision is kept as an annotation, so that any of them can be gone back to;
/// - the conditions `Available` and `Progressing` tell at any moment how far it is, with upstream's reasons.
///
/// Follows upstream's `pkg/controller/deployment`. Read [DeploymentReconciler], then [RollingUpdate].
@NullMarked
package io.moka.controllers.deployment;

import org.jspecify.annotations.NullMarked;
