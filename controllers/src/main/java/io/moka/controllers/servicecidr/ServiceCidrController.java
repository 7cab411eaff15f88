package io.moka.controllers.servicecidr;

import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires the ranges to their reconciler.
public final class ServiceCidrController {

    private ServiceCidrController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(ServiceCIDR.class).addHandler(EventHandler.onChange(range -> queue.add(ObjectKey.of(range))));
        return new Controller<>("service-cidr-controller", queue, 1, new RangeReconciler(context));
    }
}
