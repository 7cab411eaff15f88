package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;

/// Adds the new size of a ReplicaSet to the plan.
@FunctionalInterface
interface SetScaling {

    void scale(ReplicaSet set, int replicas);
}
