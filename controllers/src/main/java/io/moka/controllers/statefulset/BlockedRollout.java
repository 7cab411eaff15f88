package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetCondition;
import io.fabric8.kubernetes.api.model.apps.StatefulSetConditionBuilder;
import io.moka.controllers.podowner.PodTrouble;
import io.moka.machinery.meta.Times;
import java.time.Instant;

/// A pod that blocks a roll-out: it is not ready, its revision is not the wanted one, and the roll-out waits for it to become ready before replacing it. So a
/// pod of a broken template stays, even if a later template would work.
///
/// @param pod the pod whose deletion lets the roll-out go on
/// @param wanted the revision that a new pod of its name would have
record BlockedRollout(Pod pod, String wanted) {

    static final String CONDITION = "RolloutBlocked";
    /// The annotation of a set that, with the value `true`, has the controller delete such pods.
    static final String RECOVER = "moka.io/recover-broken-rollout";

    static boolean isRecovered(StatefulSet set) {
        var annotations = set.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(RECOVER));
    }

    StatefulSetCondition condition(Instant now) {
        var metadata = pod.getMetadata();
        return new StatefulSetConditionBuilder().withType(CONDITION).withStatus("True").withReason("PodNotReady")
                .withMessage("The roll-out to revision " + wanted + " waits for pod " + metadata.getName() + " of revision " + Identity.revision(pod)
                        + ", which is not ready: " + PodTrouble.of(pod) + ". To replace the pod: kubectl delete pod " + metadata.getName() + " --namespace " + metadata.getNamespace())
                .withLastTransitionTime(Times.format(now)).build();
    }
}
