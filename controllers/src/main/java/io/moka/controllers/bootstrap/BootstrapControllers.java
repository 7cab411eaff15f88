package io.moka.controllers.bootstrap;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;

/// Wires token secrets and `cluster-info` to the reconcilers that delete expired tokens and sign.
public final class BootstrapControllers {

    private static final int WORKERS = 1;

    private BootstrapControllers() {
    }

    public static List<Controller<ObjectKey>> create(ControllerContext context) {
        var ended = new WorkQueue<ObjectKey>(context.clock());
        var unsigned = new WorkQueue<ObjectKey>(context.clock());
        secrets(context).addHandler(EventHandler.onChange(secret -> {
            if (secret.getMetadata().getNamespace().equals(BootstrapToken.NAMESPACE)) {
                ended.add(ObjectKey.of(secret));
                unsigned.add(ClusterInfoReconciler.CLUSTER_INFO);
            }
        }));
        context.informers().of(ConfigMap.class).addHandler(EventHandler.onChange(map -> {
            if (ObjectKey.of(map).equals(ClusterInfoReconciler.CLUSTER_INFO)) {
                unsigned.add(ClusterInfoReconciler.CLUSTER_INFO);
            }
        }));
        return List.of(new Controller<>("token-cleaner-controller", ended, WORKERS, new ExpiredTokenReconciler(context)),
                new Controller<>("bootstrap-signer-controller", unsigned, WORKERS, new ClusterInfoReconciler(context)));
    }

    static SharedInformer<Secret> secrets(ControllerContext context) {
        return context.informers().of(Secret.class, "type=" + BootstrapToken.TYPE);
    }
}
