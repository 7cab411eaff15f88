package io.moka.controllers.deployment;

import java.util.Objects;

/// Computes one step of a rolling update: adds new pods as far as the surge allows, then removes old ones as far as availability allows.
final class RollingUpdate {

    private final Rollout rollout;
    private final SetScaling sets;

    RollingUpdate(Rollout rollout, SetScaling sets) {
        this.rollout = rollout;
        this.sets = sets;
    }

    /// Returns the initial number of pods of a new ReplicaSet.
    static int firstSize(Rollout rollout) {
        if (!rollout.isRollingUpdate()) {
            return rollout.oldWithPods().isEmpty() ? rollout.replicas() : 0;
        }
        return Math.min(rollout.room(), rollout.replicas());
    }

    void step() {
        var current = rollout.current();
        if (current == null || !growNew()) {
            shrinkOld();
        }
    }

    private boolean growNew() {
        var current = Objects.requireNonNull(rollout.current());
        int size = current.getSpec().getReplicas();
        int wanted = rollout.replicas();
        if (size < wanted) {
            wanted = size + Math.min(rollout.room(), wanted - size);
        }
        sets.scale(current, wanted);
        return wanted != size;
    }

    private void shrinkOld() {
        var current = rollout.current();
        int newUnavailable = current == null ? 0 : Math.max(0, current.getSpec().getReplicas() - Rollout.available(current));
        int minAvailable = rollout.replicas() - rollout.maxUnavailable();
        int spare = rollout.desiredPods() - minAvailable - newUnavailable;
        if (spare > 0) {
            int cleaned = dropUnhealthy(spare);
            dropAvailable(minAvailable, cleaned);
        }
    }

    /// Old pods that are not available anyway go first; they cost nothing.
    private int dropUnhealthy(int spare) {
        int dropped = 0;
        for (var set : rollout.oldWithPods()) {
            int unhealthy = set.getSpec().getReplicas() - Rollout.available(set);
            int now = Math.min(spare - dropped, unhealthy);
            if (now > 0) {
                sets.scale(set, set.getSpec().getReplicas() - now);
                dropped += now;
            }
        }
        return dropped;
    }

    private void dropAvailable(int minAvailable, int alreadyDropped) {
        if (alreadyDropped > 0) {
            return;
        }
        int surplus = rollout.lastingPods() - minAvailable;
        for (var set : rollout.oldWithPods()) {
            int now = Math.min(surplus, set.getSpec().getReplicas());
            if (now <= 0) {
                return;
            }
            sets.scale(set, set.getSpec().getReplicas() - now);
            surplus -= now;
        }
    }
}
