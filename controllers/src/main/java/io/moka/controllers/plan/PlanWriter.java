package io.moka.controllers.plan;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.events.EventRecorder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Carries out writes one after the other, without expectations. Used for all objects except the pods of an owner.
public final class PlanWriter {

    private final ApiClient client;
    private final EventRecorder events;

    public PlanWriter(ApiClient client, EventRecorder events) {
        this.client = client;
        this.events = events;
    }

    /// @throws ApiException the first refusal; the writes after it are left out. A deletion of what is gone is no refusal.
    public void carryOut(List<Write> writes) {
        writes.forEach(this::carryOut);
    }

    /// @throws ApiException where the server refuses
    public void carryOut(Write write) {
        switch (write) {
            case Write.Create(var object) -> of(object).create(object);
            case Write.Delete(var object) -> delete(object, null);
            case Write.ForceDelete(var pod) -> delete(pod, 0L);
            case Write.Update(var object) -> of(object).update(object);
            case Write.UpdateStatus(var object) -> of(object).updateStatus(object);
            case Write.Patch patch -> patch(patch);
            case Write.Event(var about, var type, var reason, var message) -> events.record(about, null, type, reason, message);
        }
    }

    private void delete(HasMetadata object, @Nullable Long grace) {
        try {
            of(object).delete(namespace(object), object.getMetadata().getName(),
                    new DeleteOptionsBuilder().withGracePeriodSeconds(grace).withNewPreconditions().withUid(object.getMetadata().getUid()).endPreconditions().build());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    private void patch(Write.Patch patch) {
        var object = patch.object();
        var metadata = new LinkedHashMap<String, Object>();
        if (patch.body().get("metadata") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> metadata.put((String) key, value));
        }
        metadata.put("uid", object.getMetadata().getUid());
        var body = new LinkedHashMap<String, Object>(patch.body());
        body.put("metadata", metadata);
        of(object).patch(namespace(object), object.getMetadata().getName(), patch.subresource(), patch.type(), body);
    }

    @SuppressWarnings("unchecked")
    private Resources<HasMetadata> of(HasMetadata object) {
        return client.resources((Class<HasMetadata>) object.getClass());
    }

    private static String namespace(HasMetadata object) {
        var namespace = object.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }
}
