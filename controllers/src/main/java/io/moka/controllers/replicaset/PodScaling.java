package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Expectations;
import io.moka.controllers.common.Parallel;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.List;
import java.util.stream.IntStream;

/// Creates or deletes the difference between the pods that are and those that should be.
final class PodScaling {

    /// At most this many in one reconciliation; the next follows when they have been seen.
    private static final int BURST = 500;

    private final Resources<Pod> pods;
    private final Expectations expectations;
    private final EventRecorder events;

    PodScaling(ControllerContext context, Expectations expectations) {
        this.pods = context.client().resources(Pod.class);
        this.expectations = expectations;
        this.events = context.events().apply("replicaset-controller");
    }

    void scale(ReplicaSet set, List<Pod> present) {
        int difference = set.getSpec().getReplicas() - present.size();
        if (difference > 0) {
            create(set, Math.min(difference, BURST));
        } else if (difference < 0) {
            delete(set, DeletionOrder.leastValuable(present, Math.min(-difference, BURST)));
        }
    }

    private void create(ReplicaSet set, int count) {
        int left = count;
        for (int batch = 1; left > 0; batch *= 2) {
            int now = Math.min(batch, left);
            Parallel.run(IntStream.range(0, now).<Runnable>mapToObj(i -> () -> createOne(set)).toList());
            left -= now;
        }
    }

    private void createOne(ReplicaSet set) {
        var key = ObjectKey.of(set);
        expectations.expectCreation(key);
        try {
            var pod = pods.create(podOf(set));
            events.normal(set, "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName());
        } catch (RuntimeException e) {
            expectations.created(key);
            if (!isNamespaceTerminating(e)) {
                events.warning(set, "FailedCreate", "Error creating: " + e.getMessage());
                throw e;
            }
        }
    }

    private static boolean isNamespaceTerminating(RuntimeException e) {
        return e instanceof ApiException api && api.isForbidden() && api.getMessage().contains("is being terminated");
    }

    private static Pod podOf(ReplicaSet set) {
        var template = set.getSpec().getTemplate();
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(set.getMetadata().getName() + "-").withNamespace(set.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels()).withAnnotations(template.getMetadata().getAnnotations())
                .withFinalizers(template.getMetadata().getFinalizers())
                .withOwnerReferences(Owners.controlledBy(set))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private void delete(ReplicaSet set, List<Pod> victims) {
        Parallel.run(victims.stream().<Runnable>map(pod -> () -> deleteOne(set, pod)).toList());
    }

    private void deleteOne(ReplicaSet set, Pod pod) {
        var key = ObjectKey.of(set);
        var uid = pod.getMetadata().getUid();
        expectations.expectDeletion(key, uid);
        try {
            pods.delete(pod.getMetadata().getNamespace(), pod.getMetadata().getName(),
                    new DeleteOptionsBuilder().withNewPreconditions().withUid(uid).endPreconditions().build());
            events.normal(set, "SuccessfulDelete", "Deleted pod: " + pod.getMetadata().getName());
        } catch (RuntimeException e) {
            expectations.deleted(key, uid);
            if (!(e instanceof ApiException api && api.isNotFound())) {
                events.warning(set, "FailedDelete", "Error deleting: " + e.getMessage());
                throw e;
            }
        }
    }
}
