package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.loadbalancer.BalancedService.Source;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Computes the addresses of all services of type LoadBalancer at once, and the writes that update their statuses.
///
/// Services keep the addresses that they have already, in the order of their age, the oldest first; then services that lack an address get one, in the same
/// order. So the result depends on the objects alone, and the same objects lead to the same addresses.
final class BalancerPlan {

    static final String CONDITION = "moka.io/AddressAssigned";

    /// All objects from which the addresses are computed.
    ///
    /// @param slices gives the endpoint slices of a service, by `namespace/name`
    record World(List<Service> services, List<Node> nodes, Function<String, List<EndpointSlice>> slices, Pools pools) {
    }

    /// The reason why a service has no address.
    private record Problem(String reason, String message) {
    }

    private record Allocation(List<String> addresses, @Nullable Problem problem) {

        static Allocation failed(String reason, String message) {
            return new Allocation(List.of(), new Problem(reason, message));
        }
    }

    private final World world;
    private final List<BalancedService> services;
    private final Set<String> nodeAddresses;
    private final AddressClaims claims = new AddressClaims();
    // by the service's name
    private final Map<String, Allocation> allocations = new HashMap<>();
    private final Map<String, String> nodePortOwners = new HashMap<>();

    private BalancerPlan(World world) {
        this.world = world;
        this.services = world.services.stream().map(BalancedService::new).sorted(Comparator
                .comparing((BalancedService service) -> Objects.requireNonNullElse(service.service().getMetadata().getCreationTimestamp(), ""))
                .thenComparing(BalancedService::name)).toList();
        this.nodeAddresses = world.nodes.stream().flatMap(NodeAddresses::internal).map(AddressRange::canonical).filter(Objects::nonNull).collect(Collectors.toSet());
        services.forEach(service -> service.nodePorts().forEach(port -> nodePortOwners.put(port, service.name())));
    }

    static Plan of(World world, Instant now) {
        return new BalancerPlan(world).plan(now);
    }

    private Plan plan(Instant now) {
        var kept = new HashMap<String, List<String>>();
        ours(Source.POOL).forEach(service -> kept.put(service.name(), kept(service)));
        ours(Source.POOL).forEach(service -> allocations.put(service.name(), fromPool(service, kept.getOrDefault(service.name(), List.of()))));
        ours(Source.NODE).sorted(Comparator.comparing(service -> service.ingress().isEmpty())).forEach(service -> allocations.put(service.name(), fromNodes(service)));
        var draft = new Plan.Draft();
        for (var service : services) {
            var allocation = allocations.get(service.name());
            if (allocation != null) {
                write(service, allocation, now, draft);
            } else if (!"LoadBalancer".equals(service.service().getSpec().getType()) && condition(service.service()) != null) {
                draft.add(new Write.UpdateStatus(status(service.service(), null, null)));
            }
        }
        return draft.plan();
    }

    private Stream<BalancedService> ours(Source source) {
        return services.stream().filter(service -> service.source() == source);
    }

    // ---- the nodes' own addresses ----

    private Allocation fromNodes(BalancedService service) {
        var obstacle = claims.obstacle(AddressClaims.NODES, service);
        if (obstacle == null) {
            obstacle = nodePortObstacle(service);
        }
        if (obstacle != null) {
            return Allocation.failed("PortTaken", obstacle);
        }
        claims.claim(AddressClaims.NODES, service);
        var addresses = new NodeAddresses(world.nodes, world.slices.apply(service.name())).of(service);
        return addresses.isEmpty() ? Allocation.failed("NoNodeAddress", "no node has an address of " + String.join(" or ", service.families())) : new Allocation(addresses, null);
    }

    private @Nullable String nodePortObstacle(BalancedService service) {
        for (var port : service.ports()) {
            var owner = nodePortOwners.get(port);
            if (owner != null && !owner.equals(service.name())) {
                return "port " + port + " of the nodes is a node port of service " + owner;
            }
        }
        return null;
    }

    // ---- addresses of pools ----

    /// The addresses of the service that it may keep, which are its own from now on.
    private List<String> kept(BalancedService service) {
        var kept = new ArrayList<String>();
        for (var address : service.addresses()) {
            boolean another = kept.stream().anyMatch(known -> AddressRange.family(known).equals(AddressRange.family(address)));
            if (!another && service.families().contains(AddressRange.family(address)) && refusal(service, address) == null) {
                claims.claim(address, service);
                kept.add(address);
            }
        }
        return kept;
    }

    /// Returns the reason why the service cannot have the address; null if it can.
    private @Nullable Problem refusal(BalancedService service, String address) {
        var wishes = service.wishes();
        if (AddressRange.canonical(address) == null) {
            return new Problem("AddressInvalid", address + " is no address");
        }
        if (!wishes.isEmpty() && !wishes.contains(address)) {
            return new Problem("AddressNotWished", address + " is not what the service asks for");
        }
        var pool = service.annotation(BalancedService.POOL);
        if (!world.pools.contains(pool, address)) {
            return new Problem("AddressNotInPool", address + " is in no " + (pool == null ? "pool" : "range of pool " + pool));
        }
        if (nodeAddresses.contains(address)) {
            return new Problem("AddressTaken", address + " is a node's own address");
        }
        var obstacle = claims.obstacle(address, service);
        return obstacle == null ? null : new Problem("AddressTaken", obstacle);
    }

    private Allocation fromPool(BalancedService service, List<String> kept) {
        var addresses = new ArrayList<String>();
        @Nullable Problem problem = null;
        for (var family : service.families()) {
            var own = kept.stream().filter(address -> AddressRange.family(address).equals(family)).findFirst();
            if (own.isPresent()) {
                addresses.add(own.get());
                continue;
            }
            var wishes = service.wishes().stream().filter(address -> AddressRange.family(address).equals(family)).toList();
            var found = wishes.isEmpty() ? any(service, family) : wishes.stream().filter(address -> refusal(service, address) == null).findFirst().orElse(null);
            if (found != null) {
                claims.claim(found, service);
                addresses.add(found);
            } else if (problem == null) {
                problem = wishes.isEmpty() ? exhausted(service, family) : refusal(service, wishes.getFirst());
            }
        }
        return new Allocation(addresses, addresses.isEmpty() ? problem : null);
    }

    /// Returns an address that other services share with this one, else the first unused one; null if there is none.
    private @Nullable String any(BalancedService service, String family) {
        for (var address : claims.shareable(service)) {
            if (AddressRange.family(address).equals(family) && refusal(service, address) == null) {
                return address;
            }
        }
        return world.pools.first(service.annotation(BalancedService.POOL), family, address -> claims.isFree(address) && refusal(service, address) == null);
    }

    private Problem exhausted(BalancedService service, String family) {
        var pool = service.annotation(BalancedService.POOL);
        var where = pool == null ? "any pool" : "pool " + pool;
        return !world.pools.has(pool, family) ? new Problem("NoPool", "no range of " + family + " in " + where + "; pools are in the config map " + Pools.NAMESPACE + "/" + Pools.CONFIG_MAP)
                : new Problem("AddressesExhausted", "no free address of " + family + " in " + where);
    }

    // ---- writes ----

    private void write(BalancedService service, Allocation allocation, Instant now, Plan.Draft draft) {
        var object = service.service();
        var ingress = allocation.addresses.stream().map(address -> entry(service, address)).toList();
        var condition = condition(allocation, condition(object), now);
        if (ingress.equals(service.ingress()) && condition.equals(condition(object))) {
            return;
        }
        draft.add(new Write.UpdateStatus(status(object, ingress, condition)));
        if (allocation.problem != null) {
            draft.add(Write.warning(object, allocation.problem.reason, allocation.problem.message));
        } else if (!ingress.equals(service.ingress())) {
            draft.add(Write.normal(object, "AddressAssigned", "The service is reached at " + String.join(", ", allocation.addresses)));
        }
    }

    /// Returns the status entry of an address. Other fields of a present entry of this address, such as errors of single ports, stay.
    private static LoadBalancerIngress entry(BalancedService service, String address) {
        return service.ingress().stream().filter(known -> address.equals(known.getIp())).map(known -> new LoadBalancerIngressBuilder(known).withIpMode("VIP").build())
                .findFirst().orElseGet(() -> new LoadBalancerIngressBuilder().withIp(address).withIpMode("VIP").build());
    }

    private static Condition condition(Allocation allocation, @Nullable Condition before, Instant now) {
        var problem = allocation.problem;
        var status = problem == null ? "True" : "False";
        var since = before != null && status.equals(before.getStatus()) ? before.getLastTransitionTime() : Times.format(now);
        return new ConditionBuilder().withType(CONDITION).withStatus(status).withReason(problem == null ? "Assigned" : problem.reason)
                .withMessage(problem == null ? "" : problem.message).withLastTransitionTime(since).build();
    }

    private static @Nullable Condition condition(Service service) {
        return service.getStatus() == null ? null : service.getStatus().getConditions().stream().filter(known -> CONDITION.equals(known.getType())).findFirst().orElse(null);
    }

    private static Service status(Service service, @Nullable List<LoadBalancerIngress> ingress, @Nullable Condition condition) {
        var copy = new ServiceBuilder(service).editOrNewStatus().removeMatchingFromConditions(known -> CONDITION.equals(known.getType()));
        if (condition != null) {
            copy.addToConditions(condition);
        }
        if (ingress != null) {
            copy.withNewLoadBalancer().withIngress(ingress).endLoadBalancer();
        }
        return copy.endStatus().build();
    }
}
