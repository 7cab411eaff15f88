package io.moka.controllers.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Discovery;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Deletes everything in a namespace, pods first, and when nothing is left takes the finalizer off.
final class NamespaceReconciler implements Reconciler<ObjectKey> {

    private static final String FINALIZER = "kubernetes";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private static final ResourceType<Pod> PODS = ResourceType.of(Pod.class);

    private final ApiClient client;
    private final InstantSource clock;
    private final Lister<Namespace> namespaces;
    private final Resources<Namespace> writer;
    private final Discovery discovery;

    NamespaceReconciler(ControllerContext context) {
        this.client = context.client();
        this.clock = context.clock();
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
        var left = empty(key.name());
        if (!left.isEmpty()) {
            tell(namespace, left);
            return Outcome.requeueAfter(LOOK_AGAIN);
        }
        finalizeNamespace(namespace);
        return Outcome.DONE;
    }

    /// Deletes the objects, and tells which are still there. What pods may need until their end is left alone for as long as there are any.
    private Remainder empty(String namespace) {
        var left = new Remainder();
        empty(PODS, namespace, left);
        if (!left.isEmpty()) {
            return left;
        }
        for (var resource : discovery.resources()) {
            if (resource.type().namespaced() && resource.verbs().contains("deletecollection") && resource.verbs().contains("list")) {
                empty(resource.type(), namespace, left);
            }
        }
        return left;
    }

    private void empty(ResourceType<?> type, String namespace, Remainder left) {
        var resources = client.resources(type).metadataOnly();
        try {
            if (!resources.list(namespace, ListOptions.all()).items().isEmpty()) {
                resources.deleteCollection(namespace, ListOptions.all());
                left.add(type, resources.list(namespace, ListOptions.all()).items());
            }
        } catch (ApiException e) {
            if (!e.isNotFound() && e.code() != 405) {
                throw e;
            }
        }
    }

    private void tell(Namespace namespace, Remainder left) {
        var conditions = left.conditions(Times.format(clock.instant()));
        if (!told(namespace).equals(told(conditions))) {
            writer.patchStatus("", namespace.getMetadata().getName(), PatchType.STRATEGIC, Map.of("status", Map.of("conditions", conditions)));
        }
    }

    private static Set<String> told(Namespace namespace) {
        return namespace.getStatus() == null ? Set.of() : told(namespace.getStatus().getConditions());
    }

    private static Set<String> told(List<NamespaceCondition> conditions) {
        return conditions.stream().map(condition -> condition.getType() + condition.getStatus() + condition.getMessage()).collect(Collectors.toSet());
    }

    private void finalizeNamespace(Namespace namespace) {
        var changed = Json.copy(namespace);
        changed.getSpec().getFinalizers().remove(FINALIZER);
        client.send("PUT", writer.type().path("", namespace.getMetadata().getName()) + "/finalize", Map.of(), "application/json", Json.bytes(changed));
    }
}
