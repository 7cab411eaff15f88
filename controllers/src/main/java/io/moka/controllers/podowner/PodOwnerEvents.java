package io.moka.controllers.podowner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Passes the informers' events of owners and of their pods on to the expectations and to the queue.
public final class PodOwnerEvents<T extends HasMetadata> {

    private final PodOwner<T> kind;
    private final Lister<T> owners;
    private final Expectations expectations;
    private final Consumer<ObjectKey> enqueue;

    private PodOwnerEvents(ControllerContext context, PodOwner<T> kind, Expectations expectations, Consumer<ObjectKey> enqueue) {
        this.kind = kind;
        this.owners = context.informers().of(kind.type()).lister();
        this.expectations = expectations;
        this.enqueue = enqueue;
    }

    /// Handles the events of the kind and of pods from now on; to be called before the informers start.
    public static <T extends HasMetadata> void register(ControllerContext context, PodOwner<T> kind, Expectations expectations, WorkQueue<ObjectKey> queue) {
        context.informers().of(kind.type()).addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                expectations.forget(ObjectKey.of(before));
            }
            queue.add(ObjectKey.of(after == null ? before : after));
        }));
        registerPods(context, kind, expectations, queue::add);
    }

    /// Handles the events of pods alone.
    ///
    /// @param enqueue takes each owner that an event concerns
    public static <T extends HasMetadata> void registerPods(ControllerContext context, PodOwner<T> kind, Expectations expectations, Consumer<ObjectKey> enqueue) {
        var events = new PodOwnerEvents<>(context, kind, expectations, enqueue);
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent(events::podChanged));
    }

    private void podChanged(@Nullable Pod before, @Nullable Pod after) {
        if (before == null) {
            owner(after, key -> expectations.created(key));
        }
        if (after == null || Pods.isTerminating(after) && (before == null || !Pods.isTerminating(before))) {
            var pod = after == null ? before : after;
            owner(pod, key -> expectations.deleted(key, pod.getMetadata().getUid()));
        }
        if (before != null) {
            owner(before, enqueue);
        }
        if (after != null) {
            owner(after, enqueue);
            if (Owners.controllerOf(after) == null) {
                queueAdopters(after);
            }
        }
    }

    private void queueAdopters(Pod orphan) {
        for (var owner : owners.list(orphan.getMetadata().getNamespace())) {
            if (kind.claims(owner, kind.selector().apply(owner), orphan)) {
                enqueue.accept(ObjectKey.of(owner));
            }
        }
    }

    private void owner(Pod pod, Consumer<ObjectKey> action) {
        var owner = Owners.controllerOf(pod);
        if (owner != null && isOurKind(owner)) {
            action.accept(new ObjectKey(pod.getMetadata().getNamespace(), owner.getName()));
        }
    }

    private boolean isOurKind(OwnerReference owner) {
        return owner.getKind().equals(kind.kind()) && ResourceType.groupOf(owner.getApiVersion()).equals(HasMetadata.getGroup(kind.type()));
    }
}
