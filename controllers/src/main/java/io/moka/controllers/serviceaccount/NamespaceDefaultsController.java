package io.moka.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires namespaces, service accounts and ConfigMaps to the reconciler; its keys are namespaces.
public final class NamespaceDefaultsController {

    private static final int WORKERS = 2;

    private NamespaceDefaultsController() {
    }

    /// @param rootCertificates the authority's certificate, PEM
    public static Controller<ObjectKey> create(ControllerContext context, String rootCertificates) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(Namespace.class).addHandler(EventHandler.onChange(namespace -> queue.add(ObjectKey.of(namespace))));
        context.informers().of(ServiceAccount.class).addHandler(EventHandler.onChange(account -> {
            if (account.getMetadata().getName().equals(NamespaceDefaultsReconciler.ACCOUNT)) {
                queue.add(ObjectKey.ofCluster(account.getMetadata().getNamespace()));
            }
        }));
        context.informers().of(ConfigMap.class).addHandler(EventHandler.onChange(map -> {
            if (map.getMetadata().getName().equals(NamespaceDefaultsReconciler.CONFIG_MAP)) {
                queue.add(ObjectKey.ofCluster(map.getMetadata().getNamespace()));
            }
        }));
        return new Controller<>("serviceaccount-controller", queue, WORKERS, new NamespaceDefaultsReconciler(context, rootCertificates));
    }
}
