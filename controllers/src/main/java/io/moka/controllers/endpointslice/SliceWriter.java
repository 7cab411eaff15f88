package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Brings the slices that one controller keeps for a service to what they should hold. Safe for any number of threads that each have
/// another service.
public final class SliceWriter {

    static final String SERVICE = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    /// What all slices of one service and address type have in common.
    ///
    /// @param labels besides those that name the service and the controller
    /// @param annotations null where they are left as they are
    /// @param evenEmpty whether a slice stays where there are no endpoints
    public record Frame(ObjectKey service, String addressType, Map<String, String> labels, @Nullable Map<String, String> annotations,
            OwnerReference owner, boolean evenEmpty) {
    }

    private final Lister<EndpointSlice> cached;
    private final Resources<EndpointSlice> slices;
    private final String manager;

    // by service and name of the slice: the revision of the last write; the cache is of use again once it shows that one
    private final Map<ObjectKey, Map<String, Long>> written = new ConcurrentHashMap<>();

    /// @param manager marks the controller's own slices; those of others are left alone
    public SliceWriter(ControllerContext context, String manager) {
        this.cached = context.informers().of(EndpointSlice.class).lister();
        this.slices = context.client().resources(EndpointSlice.class);
        this.manager = manager;
    }

    /// The service of one of our own slices, else null.
    public @Nullable ObjectKey serviceOf(EndpointSlice slice) {
        var labels = slice.getMetadata().getLabels();
        return labels != null && manager.equals(labels.get(MANAGED_BY)) && labels.containsKey(SERVICE)
                ? new ObjectKey(slice.getMetadata().getNamespace(), labels.get(SERVICE)) : null;
    }

    /// @throws IllegalStateException when the cache does not show our last write yet; trying later helps
    public void write(Frame frame, Map<List<EndpointPort>, List<Endpoint>> wanted) {
        var present = present(frame.service).stream().filter(slice -> frame.addressType.equals(slice.getAddressType())).toList();
        var plan = SlicePlan.of(present, wanted);
        plan.kept().forEach((slice, endpoints) -> keep(frame, slice, endpoints, frame.evenEmpty && present.size() == 1 && plan.added().isEmpty()));
        plan.added().forEach(slice -> create(frame, slice.ports(), slice.endpoints()));
        if (frame.evenEmpty && present.isEmpty() && plan.added().isEmpty()) {
            create(frame, List.of(), List.of());
        }
    }

    /// Deletes all slices of the service.
    public void deleteAll(ObjectKey service) {
        present(service).forEach(slice -> delete(service, slice));
        written.remove(service);
    }

    private List<EndpointSlice> present(ObjectKey service) {
        var present = cached.list(service.namespace(), LabelSelector.ofLabels(Map.of(SERVICE, service.name(), MANAGED_BY, manager))).stream()
                .filter(slice -> slice.getMetadata().getDeletionTimestamp() == null).toList();
        var unseen = written.getOrDefault(service, new HashMap<>());
        for (var slice : present) {
            var last = unseen.get(slice.getMetadata().getName());
            if (last != null && Long.parseLong(slice.getMetadata().getResourceVersion()) < last) {
                throw new IllegalStateException("the cache does not show the last write yet");
            }
            unseen.remove(slice.getMetadata().getName());
        }
        for (var name : List.copyOf(unseen.keySet())) {
            if (slices.find(service.namespace(), name) != null) {
                throw new IllegalStateException("the cache does not show a new slice yet");
            }
            unseen.remove(name);
        }
        return present;
    }

    private void keep(Frame frame, EndpointSlice slice, List<Endpoint> endpoints, boolean only) {
        if (endpoints.isEmpty() && !only) {
            delete(frame.service, slice);
        } else if (!slice.getEndpoints().equals(endpoints) || !Objects.equals(slice.getMetadata().getLabels(), labels(frame))
                || frame.annotations != null && !frame.annotations.equals(orEmpty(slice.getMetadata().getAnnotations()))) {
            var changed = Json.copy(slice);
            changed.setEndpoints(endpoints);
            changed.getMetadata().setLabels(labels(frame));
            if (frame.annotations != null) {
                changed.getMetadata().setAnnotations(frame.annotations);
            }
            remember(frame.service, slices.update(changed));
        }
    }

    private void create(Frame frame, List<EndpointPort> ports, List<Endpoint> endpoints) {
        remember(frame.service, slices.create(new EndpointSliceBuilder()
                .withNewMetadata().withGenerateName(frame.service.name() + "-").withNamespace(frame.service.namespace())
                .withLabels(labels(frame)).withAnnotations(frame.annotations).withOwnerReferences(frame.owner).endMetadata()
                .withAddressType(frame.addressType).withPorts(ports).withEndpoints(endpoints)
                .build()));
    }

    private Map<String, String> labels(Frame frame) {
        var labels = new HashMap<>(frame.labels);
        labels.put(SERVICE, frame.service.name());
        labels.put(MANAGED_BY, manager);
        return labels;
    }

    private void delete(ObjectKey service, EndpointSlice slice) {
        written.getOrDefault(service, new HashMap<>()).remove(slice.getMetadata().getName());
        try {
            slices.delete(slice.getMetadata().getNamespace(), slice.getMetadata().getName());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void remember(ObjectKey service, EndpointSlice slice) {
        written.computeIfAbsent(service, key -> new ConcurrentHashMap<>())
                .put(slice.getMetadata().getName(), Long.parseLong(slice.getMetadata().getResourceVersion()));
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
