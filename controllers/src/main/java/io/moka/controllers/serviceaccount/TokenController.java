package io.moka.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.nio.file.Path;

/// Wires token secrets and their accounts to the reconciler; its keys are secrets.
public final class TokenController {

    static final String TYPE = "kubernetes.io/service-account-token";
    private static final int WORKERS = 2;

    private TokenController() {
    }

    /// @param key signs the tokens; read when the first is needed
    /// @param rootCertificates the authority's certificate, PEM
    public static Controller<ObjectKey> create(ControllerContext context, Path key, String rootCertificates) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var secrets = secrets(context);
        secrets.addHandler(EventHandler.onChange(secret -> queue.add(ObjectKey.of(secret))));
        context.informers().of(ServiceAccount.class).addHandler(EventHandler.onChange(account ->
                secrets.lister().list(account.getMetadata().getNamespace()).stream()
                        .filter(secret -> account.getMetadata().getName().equals(TokenReconciler.annotation(secret, TokenReconciler.NAME)))
                        .forEach(secret -> queue.add(ObjectKey.of(secret)))));
        return new Controller<>("serviceaccount-token-controller", queue, WORKERS, new TokenReconciler(context, new LegacyTokens(key), rootCertificates));
    }

    static SharedInformer<Secret> secrets(ControllerContext context) {
        return context.informers().of(Secret.class, "type=" + TYPE);
    }
}
