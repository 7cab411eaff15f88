package io.moka.dns.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.dns.zone.ClusterPod;
import io.moka.dns.zone.ClusterView;
import io.moka.dns.zone.Endpoints;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The objects of a YAML file, found by the same keys as in informers, but by looking through all.
public final class FixedView implements ClusterView {

    private final Set<String> namespaces = new HashSet<>();
    private final List<Service> services = new CopyOnWriteArrayList<>();
    private final List<EndpointSlice> slices = new CopyOnWriteArrayList<>();
    private final List<ClusterPod> pods = new CopyOnWriteArrayList<>();

    public static FixedView read(Class<?> beside, String file) {
        try (var in = Objects.requireNonNull(beside.getResourceAsStream(file))) {
            var view = new FixedView();
            new YAMLMapper().readTree(in).forEach(view::add);
            return view;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void add(JsonNode object) {
        switch (object.path("kind").asText()) {
            case "Namespace" -> namespaces.add(object.path("metadata").path("name").asText());
            case "Service" -> services.add(convert(object, Service.class));
            case "EndpointSlice" -> slices.add(convert(object, EndpointSlice.class));
            case "Pod" -> pods.add(convert(object, ClusterPod.class));
            default -> throw new IllegalArgumentException(object.toString());
        }
    }

    private static <T> T convert(JsonNode object, Class<T> type) {
        return Json.mapper().convertValue(object, type);
    }

    @Override
    public boolean hasNamespace(String name) {
        return namespaces.contains(name);
    }

    @Override
    public @Nullable Service service(String namespace, String name) {
        return named(services, namespace, name);
    }

    @Override
    public @Nullable ClusterPod pod(String namespace, String name) {
        return named(pods, namespace, name);
    }

    private static <T extends HasMetadata> @Nullable T named(List<T> objects, String namespace, String name) {
        return objects.stream().filter(object -> namespace.equals(object.getMetadata().getNamespace()) && name.equals(object.getMetadata().getName())).findFirst().orElse(null);
    }

    private static <T> List<T> having(List<T> objects, Function<T, Collection<String>> keys, String key) {
        return objects.stream().filter(object -> keys.apply(object).contains(key)).toList();
    }

    @Override
    public List<EndpointSlice> slices(String namespace, String service) {
        return having(slices, slice -> List.of(Indices.service(slice)), Indices.service(namespace, service));
    }

    @Override
    public List<EndpointSlice> slices(String namespace, String service, String hostname) {
        return having(slices, Indices::hostnames, Indices.hostname(namespace, service, hostname));
    }

    @Override
    public List<Service> servicesAt(String address) {
        return having(services, Indices::addresses, address);
    }

    @Override
    public List<EndpointSlice> slicesAt(String address) {
        return having(slices, Endpoints::addresses, address);
    }

    @Override
    public List<ClusterPod> podsAt(String address) {
        return having(pods, ClusterPod::addresses, address);
    }

    @Override
    public long serial() {
        return 7;
    }
}
