package io.moka.controllers.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.workqueue.WorkQueue;

/// Queues the owners that a change of a revision concerns: its controller, or the owners that may adopt it.
public final class RevisionEvents {

    private RevisionEvents() {
    }

    /// Handles the events of revisions from now on; to be called before the informers start.
    public static <T extends HasMetadata> void register(ControllerContext context, RevisionedKind<T> kind, WorkQueue<ObjectKey> queue) {
        var owners = context.informers().of(kind.type()).lister();
        context.informers().of(ControllerRevision.class).addHandler(EventHandler.onChange(revision -> {
            var namespace = revision.getMetadata().getNamespace();
            var controller = Owners.controllerOf(revision);
            if (controller == null) {
                owners.list(namespace).stream().filter(owner -> RevisionPlan.selects(kind, owner, revision)).forEach(owner -> queue.add(ObjectKey.of(owner)));
            } else if (controller.getKind().equals(kind.kind())) {
                queue.add(new ObjectKey(namespace, controller.getName()));
            }
        }));
    }
}
