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
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Writes one controller's slices of a service so that they hold the wanted endpoints. Safe for any number of threads, as long as each works
/// on another service.
public final class SliceWriter {

    /// How long to wait for the cache to show the last write. It usually does within milliseconds.
    private static final Duration LAG = Duration.ofMillis(100);

    static final String SERVICE = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    /// The part that all slices of one service and address type have in common.
    ///
    /// @param labels besides those that name the service and the controller
    /// @param annotations null to leave them as they are
    /// @param evenEmpty whether one empty slice is kept when there are no endpoints
    public record Frame(ObjectKey service, String addressType, Map<String, String> labels, @Nullable Map<String, String> annotations,
            OwnerReference owner, boolean evenEmpty) {
    }

    private final Lister<EndpointSlice> cached;
    private final Resources<EndpointSlice> slices;
    private final String manager;

    // the resource version of the last write, by service and name of the slice; the cache is not used until it shows that version
    private final Map<ObjectKey, Map<String, Long>> written = new ConcurrentHashMap<>();

    /// @param manager the controller's name, which marks its own slices; slices of other managers are left alone
    public SliceWriter(ControllerContext context, String manager) {
        this.cached = context.informers().of(EndpointSlice.class).lister();
        this.slices = context.client().resources(EndpointSlice.class);
        this.manager = manager;
    }

    /// Returns the service of a slice that this controller manages; null for any other slice.
    public @Nullable ObjectKey serviceOf(EndpointSlice slice) {
        var labels = slice.getMetadata().getLabels();
        return labels != null && manager.equals(labels.get(MANAGED_BY)) && labels.containsKey(SERVICE)
                ? new ObjectKey(slice.getMetadata().getNamespace(), labels.get(SERVICE)) : null;
    }

    /// Writes the wanted endpoints. Creates and changes slices before it deletes any, so that no endpoint is missing in between.
    ///
    /// @return when to write again, if the cache does not show the last write yet; then nothing was written
    public Outcome write(Frame frame, Map<List<EndpointPort>, List<Endpoint>> wanted) {
        if (isBehind(frame.service)) {
            return Outcome.requeueAfter(LAG);
        }
        var present = present(frame.service).stream().filter(slice -> frame.addressType.equals(slice.getAddressType())).toList();
        var plan = SlicePlan.of(present, wanted);
        boolean only = frame.evenEmpty && present.size() == 1 && plan.added().isEmpty();
        plan.kept().forEach((slice, endpoints) -> {
            if (!endpoints.isEmpty() || only) {
                keep(frame, slice, endpoints);
            }
        });
        plan.added().forEach(slice -> create(frame, slice.ports(), slice.endpoints()));
        if (frame.evenEmpty && present.isEmpty() && plan.added().isEmpty()) {
            create(frame, List.of(), List.of());
        }
        plan.kept().forEach((slice, endpoints) -> {
            if (endpoints.isEmpty() && !only) {
                delete(frame.service, slice);
            }
        });
        return Outcome.DONE;
    }

    /// Deletes all slices of the service.
    ///
    /// @return when to try again, if the cache does not show the last write yet
    public Outcome deleteAll(ObjectKey service) {
        if (isBehind(service)) {
            return Outcome.requeueAfter(LAG);
        }
        present(service).forEach(slice -> delete(service, slice));
        written.remove(service);
        return Outcome.DONE;
    }

    private List<EndpointSlice> present(ObjectKey service) {
        return cached.list(service.namespace(), LabelSelector.ofLabels(Map.of(SERVICE, service.name(), MANAGED_BY, manager))).stream()
                .filter(slice -> slice.getMetadata().getDeletionTimestamp() == null).toList();
    }

    /// Whether the cache lacks one of this writer's last writes to the service's slices.
    private boolean isBehind(ObjectKey service) {
        var unseen = written.getOrDefault(service, new HashMap<>());
        for (var slice : present(service)) {
            var last = unseen.get(slice.getMetadata().getName());
            if (last != null && Long.parseLong(slice.getMetadata().getResourceVersion()) < last) {
                return true;
            }
            unseen.remove(slice.getMetadata().getName());
        }
        for (var name : List.copyOf(unseen.keySet())) {
            if (slices.find(service.namespace(), name) != null) {
                return true;
            }
            unseen.remove(name);
        }
        return false;
    }

    private void keep(Frame frame, EndpointSlice slice, List<Endpoint> endpoints) {
        if (!slice.getEndpoints().equals(endpoints) || !Objects.equals(slice.getMetadata().getLabels(), labels(frame))
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
