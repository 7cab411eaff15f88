package io.moka.controllers.podowner;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.ObjectKey;

/// Creates and deletes the pods of owners, expecting each write until the cache shows it. A refused write is not expected.
public final class ExpectedPods {

    private final Resources<Pod> pods;
    private final Expectations expectations;

    public ExpectedPods(ControllerContext context, Expectations expectations) {
        this.pods = context.client().resources(Pod.class);
        this.expectations = expectations;
    }

    /// @throws ApiException where the server refuses
    public Pod create(ObjectKey owner, Pod wanted) {
        expectations.expectCreation(owner);
        try {
            return pods.create(wanted);
        } catch (RuntimeException e) {
            expectations.created(owner);
            throw e;
        }
    }

    /// Deletes the pod if it still has the uid given.
    ///
    /// @return false where the pod is gone already
    /// @throws ApiException where the server refuses
    public boolean delete(ObjectKey owner, Pod pod) {
        var uid = pod.getMetadata().getUid();
        expectations.expectDeletion(owner, uid);
        try {
            pods.delete(pod.getMetadata().getNamespace(), pod.getMetadata().getName(),
                    new DeleteOptionsBuilder().withNewPreconditions().withUid(uid).endPreconditions().build());
            return true;
        } catch (RuntimeException e) {
            expectations.deleted(owner, uid);
            if (e instanceof ApiException refused && refused.isNotFound()) {
                return false;
            }
            throw e;
        }
    }
}
