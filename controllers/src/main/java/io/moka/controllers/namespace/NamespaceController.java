package io.moka.controllers.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires namespaces that are being deleted to the reconciler.
public final class NamespaceController {

    private static final int WORKERS = 5;

    private NamespaceController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(Namespace.class).addHandler(EventHandler.onChange(namespace -> {
            if (namespace.getMetadata().getDeletionTimestamp() != null) {
                queue.add(ObjectKey.of(namespace));
            }
        }));
        return new Controller<>("namespace-controller", queue, WORKERS, new NamespaceReconciler(context));
    }
}
