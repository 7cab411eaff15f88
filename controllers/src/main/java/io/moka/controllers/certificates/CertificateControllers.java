package io.moka.controllers.certificates;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.ArrayList;
import java.util.List;

/// Wires certificate signing requests to the reconcilers that approve, sign and delete them.
public final class CertificateControllers {

    private static final int WORKERS = 1;

    private CertificateControllers() {
    }

    public static List<Controller<ObjectKey>> create(ControllerContext context, SigningOptions signing) {
        var controllers = new ArrayList<Controller<ObjectKey>>();
        controllers.add(controller(context, "certificatesigningrequest-approving-controller", new ApprovalReconciler(context)));
        controllers.add(controller(context, "certificatesigningrequest-cleaner-controller", new CleaningReconciler(context)));
        if (signing.certificate != null && signing.key != null) {
            controllers.add(controller(context, "certificatesigningrequest-signing-controller",
                    new SigningReconciler(context, signing.certificate, signing.key, signing.duration)));
        }
        return controllers;
    }

    private static Controller<ObjectKey> controller(ControllerContext context, String name, Reconciler<ObjectKey> reconciler) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(CertificateSigningRequest.class).addHandler(EventHandler.onChange(request -> queue.add(ObjectKey.of(request))));
        return new Controller<>(name, queue, WORKERS, reconciler);
    }
}
