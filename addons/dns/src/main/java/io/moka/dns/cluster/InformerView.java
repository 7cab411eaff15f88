package io.moka.dns.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.dns.zone.ClusterPod;
import io.moka.dns.zone.ClusterView;
import io.moka.dns.zone.Endpoints;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.time.TimeSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The view of the cluster that the caches of four informers provide.
public final class InformerView implements ClusterView, AutoCloseable {

    /// Maximum pause of the reflectors while the server is away, shorter than their own, so that a new name is answered within a second of its return.
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration WHILE_AWAY = Duration.ofSeconds(5);

    /// Field selector of pods that have an address; other pods cannot ask.
    private static final String WITH_ADDRESS = "status.podIP!=";

    private final SharedInformer<Namespace> namespaces;
    private final SharedInformer<Service> services;
    private final SharedInformer<EndpointSlice> slices;
    private final SharedInformer<ClusterPod> pods;
    private final TimeSource clock;
    private volatile long changed;

    public InformerView(ApiClient client, TimeSource clock) {
        this.clock = clock;
        this.changed = clock.instant().getEpochSecond();
        this.namespaces = observed(SharedInformer.of(client, Namespace.class).metadataOnly());
        this.services = observed(SharedInformer.of(client, Service.class).index(Indices.ADDRESS, Indices::addresses));
        this.slices = observed(SharedInformer.of(client, EndpointSlice.class)
                .index(Indices.SERVICE, slice -> List.of(Indices.service(slice)))
                .index(Indices.HOSTNAME, Indices::hostnames)
                .index(Indices.ADDRESS, Endpoints::addresses));
        this.pods = SharedInformer.of(client, ClusterPod.TYPE).fields(WITH_ADDRESS).index(Indices.ADDRESS, ClusterPod::addresses).sleeper(this::pause).build();
    }

    private <T extends HasMetadata> SharedInformer<T> observed(SharedInformer.Builder<T> builder) {
        return builder.sleeper(this::pause).build().addHandler(EventHandler.onChange(object -> changed = clock.instant().getEpochSecond()));
    }

    /// Pauses at most [#LONGEST_PAUSE], unless the wanted pause is longer because the server asked for it in an error.
    private void pause(Duration wanted) throws InterruptedException {
        boolean away = wanted.compareTo(WHILE_AWAY) <= 0 && wanted.compareTo(LONGEST_PAUSE) > 0;
        clock.sleep(away ? LONGEST_PAUSE : wanted);
    }

    public void start() {
        namespaces.start();
        services.start();
        slices.start();
        pods.start();
    }

    /// Whether the caches are complete, so that a name that is not found does not exist.
    public boolean hasSynced() {
        return services.hasSynced() && slices.hasSynced() && namespaces.hasSynced() && pods.hasSynced();
    }

    @Override
    public boolean hasNamespace(String name) {
        return namespaces.lister().get("", name) != null;
    }

    @Override
    public @Nullable Service service(String namespace, String name) {
        return services.lister().get(namespace, name);
    }

    @Override
    public List<EndpointSlice> slices(String namespace, String service) {
        return slices.lister().byIndex(Indices.SERVICE, Indices.service(namespace, service));
    }

    @Override
    public List<EndpointSlice> slices(String namespace, String service, String hostname) {
        return slices.lister().byIndex(Indices.HOSTNAME, Indices.hostname(namespace, service, hostname));
    }

    @Override
    public List<Service> servicesAt(String address) {
        return services.lister().byIndex(Indices.ADDRESS, address);
    }

    @Override
    public List<EndpointSlice> slicesAt(String address) {
        return slices.lister().byIndex(Indices.ADDRESS, address);
    }

    @Override
    public List<ClusterPod> podsAt(String address) {
        return pods.lister().byIndex(Indices.ADDRESS, address);
    }

    @Override
    public @Nullable ClusterPod pod(String namespace, String name) {
        return pods.lister().get(namespace, name);
    }

    @Override
    public long serial() {
        return changed;
    }

    @Override
    public void close() {
        pods.close();
        slices.close();
        services.close();
        namespaces.close();
    }
}
