package io.moka.controllers.bootstrap;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.time.InstantSource;

/// Deletes the secret of one bootstrap token when the token has expired.
final class ExpiredTokenReconciler implements Reconciler<ObjectKey> {

    private final Lister<Secret> secrets;
    private final Resources<Secret> writer;
    private final InstantSource clock;

    ExpiredTokenReconciler(ControllerContext context) {
        this.secrets = BootstrapControllers.secrets(context).lister();
        this.writer = context.client().resources(Secret.class);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var secret = secrets.get(key);
        if (secret == null || secret.getMetadata().getDeletionTimestamp() != null) {
            return Outcome.DONE;
        }
        var left = new BootstrapToken(secret).left(clock.instant());
        if (left == null) {
            return Outcome.DONE;
        }
        if (left.isPositive()) {
            return Outcome.requeueAfter(left);
        }
        delete(secret);
        return Outcome.DONE;
    }

    /// Deletes the secret, unless it was changed meanwhile, for example to extend its expiration.
    private void delete(Secret secret) {
        try {
            writer.delete(secret.getMetadata().getNamespace(), secret.getMetadata().getName(), new DeleteOptionsBuilder().withNewPreconditions()
                    .withUid(secret.getMetadata().getUid()).withResourceVersion(secret.getMetadata().getResourceVersion()).endPreconditions().build());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
