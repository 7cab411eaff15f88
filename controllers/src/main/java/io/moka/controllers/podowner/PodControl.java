package io.moka.controllers.podowner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Parallel;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.List;
import java.util.function.Consumer;

/// Creates and deletes the pods of owners, expecting each write until the cache shows it, with an event for each.
///
/// Follows upstream's `RealPodControl`.
public final class PodControl<T extends HasMetadata> {

    private final ExpectedPods pods;
    private final EventRecorder events;
    private final PlanWriter writer;

    public PodControl(ControllerContext context, PodOwner<T> kind, Expectations expectations) {
        this.pods = new ExpectedPods(context, expectations);
        this.events = context.events().apply(kind.component());
        this.writer = new PlanWriter(context.client(), events);
    }

    /// Carries out a plan: the pods to be created in growing batches, then the pods to be deleted, then all other writes in their order.
    ///
    /// @throws ApiException the first refusal; the writes after it are left out
    public void carryOut(T owner, List<Write> writes) {
        create(owner, writes.stream().mapMulti((Write write, Consumer<Pod> pods) -> {
            if (write instanceof Write.Create(Pod pod)) {
                pods.accept(pod);
            }
        }).toList());
        delete(owner, writes.stream().mapMulti((Write write, Consumer<Pod> pods) -> {
            if (write instanceof Write.Delete(Pod pod)) {
                pods.accept(pod);
            }
        }).toList());
        writer.carryOut(writes.stream().filter(write -> !isOfPod(write)).toList());
    }

    /// A pod as the template says, owned by `owner`; the server makes up the end of its name.
    public static Pod of(PodTemplateSpec template, HasMetadata owner) {
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(owner.getMetadata().getName() + "-").withNamespace(owner.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels()).withAnnotations(template.getMetadata().getAnnotations())
                .withFinalizers(template.getMetadata().getFinalizers())
                .withOwnerReferences(Owners.controlledBy(owner))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private static boolean isOfPod(Write write) {
        return write instanceof Write.Create(var object) && object instanceof Pod || write instanceof Write.Delete(var victim) && victim instanceof Pod;
    }

    /// Creates the pods in growing batches and stops after a batch in which one was refused.
    ///
    /// @throws ApiException the first refusal; none if the namespace is being deleted, as the pods are not needed then
    public void create(T owner, List<Pod> wanted) {
        SlowStart.run(wanted.stream().<Runnable>map(pod -> () -> createOne(owner, pod)).toList());
    }

    private void createOne(T owner, Pod wanted) {
        try {
            var pod = pods.create(ObjectKey.of(owner), wanted);
            events.normal(owner, "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName());
        } catch (RuntimeException e) {
            if (!(e instanceof ApiException refused && refused.isNamespaceTerminating())) {
                events.warning(owner, "FailedCreate", "Error creating: " + e.getMessage());
                throw e;
            }
        }
    }

    /// Deletes the pods at once, each if it still has the uid given.
    ///
    /// @throws ApiException the first refusal; none for a pod that is gone
    public void delete(T owner, List<Pod> victims) {
        Parallel.run(victims.stream().<Runnable>map(pod -> () -> deleteOne(owner, pod)).toList());
    }

    private void deleteOne(T owner, Pod pod) {
        try {
            if (pods.delete(ObjectKey.of(owner), pod)) {
                events.normal(owner, "SuccessfulDelete", "Deleted pod: " + pod.getMetadata().getName());
            }
        } catch (RuntimeException e) {
            events.warning(owner, "FailedDelete", "Error deleting: " + e.getMessage());
            throw e;
        }
    }
}
