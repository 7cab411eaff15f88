package io.moka.controllers.endpointslice;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Distributes endpoints over slices, moving as few as possible.
///
/// @param kept present slices with their wanted endpoints; a slice without any is deleted
/// @param added the endpoints of each slice to create
record SlicePlan(Map<EndpointSlice, List<Endpoint>> kept, List<NewSlice> added) {

    static final int LARGEST = 100;

    record NewSlice(List<EndpointPort> ports, List<Endpoint> endpoints) {
    }

    static SlicePlan of(List<EndpointSlice> present, Map<List<EndpointPort>, List<Endpoint>> wanted) {
        var plan = new SlicePlan(new LinkedHashMap<>(), new ArrayList<>());
        present.forEach(slice -> plan.kept.put(slice, new ArrayList<>()));
        wanted.forEach(plan::place);
        return plan;
    }

    private void place(List<EndpointPort> ports, List<Endpoint> endpoints) {
        var slices = kept.keySet().stream().filter(slice -> slice.getPorts().equals(ports)).toList();
        var missing = new LinkedHashMap<String, Endpoint>();
        endpoints.forEach(endpoint -> missing.put(identity(endpoint), endpoint));
        for (var slice : slices) {
            keepMembers(slice, missing);
        }
        var rest = new ArrayList<>(missing.values());
        for (var slice : slices) {
            var members = kept.get(slice);
            while (!members.isEmpty() && members.size() < LARGEST && !rest.isEmpty()) {
                members.add(rest.removeFirst());
            }
        }
        if (!slices.isEmpty() && kept.get(slices.getFirst()).isEmpty()) {
            while (kept.get(slices.getFirst()).size() < LARGEST && !rest.isEmpty()) {
                kept.get(slices.getFirst()).add(rest.removeFirst());
            }
        }
        for (int i = 0; i < rest.size(); i += LARGEST) {
            added.add(new NewSlice(ports, List.copyOf(rest.subList(i, Math.min(rest.size(), i + LARGEST)))));
        }
    }

    private void keepMembers(EndpointSlice slice, Map<String, Endpoint> missing) {
        slice.getEndpoints().forEach(endpoint -> {
            var same = missing.remove(identity(endpoint));
            if (same != null) {
                kept.get(slice).add(same);
            }
        });
    }

    private static String identity(Endpoint endpoint) {
        var target = endpoint.getTargetRef();
        return (target == null ? "" : target.getUid()) + endpoint.getAddresses();
    }
}
