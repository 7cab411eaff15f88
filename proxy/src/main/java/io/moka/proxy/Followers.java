package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.announce.AddressAnnouncer;
import io.moka.proxy.announce.WantedAddresses;
import io.moka.proxy.health.HealthChecks;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.HealthCheck;
import io.moka.proxy.relay.LoopbackNodePorts;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The parts of this process that follow the services in every mode: health checks, node ports at 127.0.0.1, announced addresses.
final class Followers implements ProxyLoop.Follower, AutoCloseable {

    private volatile BooleanSupplier proxyHealth = () -> false;
    private final HealthChecks checks;
    private final LoopbackNodePorts nodePorts;
    private final ServiceView services;
    private final AddressAnnouncer announcer;
    private final BooleanSupplier announces;

    /// @param announces whether this node may announce addresses of load balancers
    /// @param failures gets each service whose port is not available, with the reason
    Followers(ServiceView services, AddressAnnouncer announcer, BooleanSupplier announces, BiConsumer<ObjectKey, String> failures) {
        this.services = services;
        this.announcer = announcer;
        this.announces = announces;
        checks = new HealthChecks(() -> proxyHealth.getAsBoolean(), failures);
        nodePorts = new LoopbackNodePorts(failures);
    }

    void proxyHealth(BooleanSupplier healthy) {
        proxyHealth = healthy;
    }

    @Override
    public void set(ObjectKey service, Map<Front, Backends> fronts, @Nullable HealthCheck check) {
        nodePorts.set(service, fronts);
        checks.set(service, check);
        announcer.set(service, announces.getAsBoolean() ? WantedAddresses.of(services.service(service), fronts) : Set.of());
    }

    @Override
    public void retain(Set<ObjectKey> present) {
        nodePorts.retain(present);
        checks.retain(present);
        announcer.retain(present);
    }

    @Override
    public void close() {
        announcer.close();
        nodePorts.close();
        checks.close();
    }
}
