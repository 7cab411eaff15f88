package io.moka.controllers.endpoints;

import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.ServiceQueues;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.meta.ObjectKey;

/// Wires services and pods to the reconciler of Endpoints.
public final class EndpointsController {

    private static final int WORKERS = 3;

    private EndpointsController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        return new Controller<>("endpoints-controller", ServiceQueues.create(context), WORKERS, new EndpointsReconciler(context));
    }
}
