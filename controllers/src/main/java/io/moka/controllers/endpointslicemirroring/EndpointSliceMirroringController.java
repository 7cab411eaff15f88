package io.moka.controllers.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.endpointslice.SliceWriter;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires Endpoints, services and the copies themselves to the reconciler.
public final class EndpointSliceMirroringController {

    private static final int WORKERS = 2;

    private EndpointSliceMirroringController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var writer = new SliceWriter(context, "endpointslicemirroring-controller.k8s.io");
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(Endpoints.class).addHandler(EventHandler.onChange(endpoints -> queue.add(ObjectKey.of(endpoints))));
        context.informers().of(Service.class).addHandler(EventHandler.onChange(service -> queue.add(ObjectKey.of(service))));
        context.informers().of(EndpointSlice.class).addHandler(EventHandler.onEvent((before, after) -> {
            var service = writer.serviceOf(after == null ? before : after);
            if (service != null) {
                queue.add(service);
            }
        }));
        return new Controller<>("endpointslicemirroring-controller", queue, WORKERS, new MirroringReconciler(context, writer));
    }
}
