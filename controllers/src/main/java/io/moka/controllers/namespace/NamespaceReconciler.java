package io.moka.controllers.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Discovery;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.util.Map;

/// Deletes everything in a namespace, and when nothing is left takes the finalizer off.
final class NamespaceReconciler implements Reconciler<ObjectKey> {

    private static final String FINALIZER = "kubernetes";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final ApiClient client;
    private final Lister<Namespace> namespaces;
    private final Resources<Namespace> writer;
    private final Discovery discovery;

    NamespaceReconciler(ControllerContext context) {
        this.client = context.client();
        this.namespaces = context.informers().of(Namespace.class).lister();
        this.writer = context.client().resources(Namespace.class);
        this.discovery = new Discovery(context.client());
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var namespace = namespaces.get(key);
        if (namespace == null || namespace.getMetadata().getDeletionTimestamp() == null || !namespace.getSpec().getFinalizers().contains(FINALIZER)) {
            return Outcome.DONE;
        }
        int left = 0;
        for (var resource : discovery.resources()) {
            if (resource.type().namespaced() && resource.verbs().contains("deletecollection") && resource.verbs().contains("list")) {
                left += empty(resource.type(), key.name());
            }
        }
        if (left > 0) {
            return Outcome.requeueAfter(LOOK_AGAIN);
        }
        finalizeNamespace(namespace);
        return Outcome.DONE;
    }

    /// Deletes the objects; returns how many are still there.
    private int empty(ResourceType<?> type, String namespace) {
        var resources = client.resources(type).metadataOnly();
        try {
            if (resources.list(namespace, ListOptions.all()).items().isEmpty()) {
                return 0;
            }
            resources.deleteCollection(namespace, ListOptions.all());
            return resources.list(namespace, ListOptions.all()).items().size();
        } catch (ApiException e) {
            if (e.isNotFound() || e.code() == 405) {
                return 0;
            }
            throw e;
        }
    }

    private void finalizeNamespace(Namespace namespace) {
        var changed = Json.copy(namespace);
        changed.getSpec().getFinalizers().remove(FINALIZER);
        client.send("PUT", writer.type().path("", namespace.getMetadata().getName()) + "/finalize", Map.of(), "application/json", Json.bytes(changed));
    }
}
