package io.moka.proxy.announce;

import io.fabric8.kubernetes.api.model.Service;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Computes the addresses of a service that this node may announce.
public final class WantedAddresses {

    private static final String CLASS = "moka.io/pool";
    private static final String SOURCE = "moka.io/load-balancer-source";

    private WantedAddresses() {
    }

    /// The addresses that the service has out of a pool, without those at which this node would drop connections because the endpoints are elsewhere.
    ///
    /// @param fronts the service's fronts on this node
    public static Set<String> of(@Nullable Service service, Map<Front, Backends> fronts) {
        if (service == null || !isFromPool(service) || service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return Set.of();
        }
        var balanced = service.getStatus().getLoadBalancer().getIngress().stream().map(ingress -> ingress.getIp()).collect(Collectors.toSet());
        var wanted = new HashSet<String>();
        var dropped = new HashSet<String>();
        fronts.forEach((front, backends) -> {
            if (front instanceof Front.ExternalAddress(var address, var _, var _) && balanced.contains(address)) {
                (backends.dropsUnserved() ? dropped : wanted).add(address);
            }
        });
        wanted.removeAll(dropped);
        return wanted;
    }

    private static boolean isFromPool(Service service) {
        var ofClass = service.getSpec().getLoadBalancerClass();
        var annotations = service.getMetadata().getAnnotations();
        return ofClass != null ? ofClass.equals(CLASS) : annotations != null && "pool".equals(annotations.get(SOURCE));
    }
}
