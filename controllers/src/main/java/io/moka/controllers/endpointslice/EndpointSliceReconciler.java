package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.ServicePods;
import io.moka.controllers.common.ServiceQueues;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Brings the slices of one service up to date.
final class EndpointSliceReconciler implements Reconciler<ObjectKey> {

    private final Lister<Service> services;
    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final Lister<EndpointSlice> cached;
    private final Resources<EndpointSlice> slices;

    // revision of the last write to each slice; the cache is of use again once it shows that one
    private final Map<ObjectKey, Long> written = new ConcurrentHashMap<>();

    EndpointSliceReconciler(ControllerContext context) {
        this.services = context.informers().of(Service.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.cached = context.informers().of(EndpointSlice.class).lister();
        this.slices = context.client().resources(EndpointSlice.class);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var service = services.get(key);
        var present = present(key);
        if (present.stream().anyMatch(this::isStale)) {
            throw new IllegalStateException("the cache does not show the last write yet");
        }
        if (service == null || !ServiceQueues.hasSelector(service) || "ExternalName".equals(service.getSpec().getType())) {
            if (service == null) {
                present.forEach(this::delete);
            }
            return Outcome.DONE;
        }
        write(service, present);
        return Outcome.DONE;
    }

    private List<EndpointSlice> present(ObjectKey service) {
        return cached.list(service.namespace(), LabelSelector.ofLabels(Map.of(Slices.SERVICE, service.name(), Slices.MANAGED_BY, Slices.MANAGER))).stream()
                .filter(slice -> slice.getMetadata().getDeletionTimestamp() == null).toList();
    }

    private boolean isStale(EndpointSlice slice) {
        var last = written.get(ObjectKey.of(slice));
        return last != null && Long.parseLong(slice.getMetadata().getResourceVersion()) < last;
    }

    private void write(Service service, List<EndpointSlice> present) {
        var plan = SlicePlan.of(present, Slices.endpoints(service, ServicePods.of(service, pods), zones()));
        plan.kept().forEach((slice, endpoints) -> keep(service, slice, endpoints, present.size() == 1 && plan.added().isEmpty()));
        plan.added().forEach(slice -> create(service, slice.ports(), slice.endpoints()));
        if (present.isEmpty() && plan.added().isEmpty()) {
            create(service, List.of(), List.of());
        }
    }

    /// An empty slice goes, unless it is the only one: that a service has no endpoints is news too.
    private void keep(Service service, EndpointSlice slice, List<Endpoint> endpoints, boolean only) {
        if (endpoints.isEmpty() && !only) {
            delete(slice);
        } else if (!slice.getEndpoints().equals(endpoints) || !Objects.equals(slice.getMetadata().getLabels(), Slices.labels(service))) {
            var changed = Json.copy(slice);
            changed.setEndpoints(endpoints);
            changed.getMetadata().setLabels(Slices.labels(service));
            remember(slices.update(changed));
        }
    }

    private void create(Service service, List<EndpointPort> ports, List<Endpoint> endpoints) {
        remember(slices.create(new EndpointSliceBuilder()
                .withNewMetadata().withGenerateName(service.getMetadata().getName() + "-").withNamespace(service.getMetadata().getNamespace())
                .withLabels(Slices.labels(service)).withOwnerReferences(Owners.controlledBy(service)).endMetadata()
                .withAddressType("IPv4").withPorts(ports).withEndpoints(endpoints)
                .build()));
    }

    private void delete(EndpointSlice slice) {
        written.remove(ObjectKey.of(slice));
        try {
            slices.delete(slice.getMetadata().getNamespace(), slice.getMetadata().getName());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void remember(EndpointSlice slice) {
        written.put(ObjectKey.of(slice), Long.parseLong(slice.getMetadata().getResourceVersion()));
    }

    private Map<String, String> zones() {
        var zones = new HashMap<String, String>();
        for (var node : nodes.list()) {
            var labels = node.getMetadata().getLabels();
            if (labels != null && labels.containsKey("topology.kubernetes.io/zone")) {
                zones.put(node.getMetadata().getName(), labels.get("topology.kubernetes.io/zone"));
            }
        }
        return zones;
    }
}
