package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.ServiceQueues;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;

/// Wires services, pods and the slices themselves to the reconciler.
public final class EndpointSliceController {

    private static final int WORKERS = 3;

    private EndpointSliceController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var writer = new SliceWriter(context, "endpointslice-controller.k8s.io");
        var queue = ServiceQueues.create(context);
        context.informers().of(EndpointSlice.class).addHandler(EventHandler.onEvent((before, after) -> {
            var service = writer.serviceOf(after == null ? before : after);
            if (service != null) {
                queue.add(service);
            }
        }));
        return new Controller<>("endpointslice-controller", queue, WORKERS, new EndpointSliceReconciler(context, writer));
    }
}
