package io.moka.proxy.ipvs;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.ClusterNetwork;
import io.moka.proxy.RuleSet;
import io.moka.proxy.ServicesRefusedException;
import io.moka.proxy.conntrack.OwnAddresses;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.nftables.Balancing;
import io.moka.proxy.nftables.NftablesRuleSet;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Keeps IPVS, the interface with the services' addresses and the table beside them in step with the model. Additions come before the table leads packets to them,
/// removals after.
public final class IpvsRuleSet implements RuleSet {

    /// Up to this number, virtual services are listed one by one; for more, one listing of all is cheaper.
    private static final int FEW = 20;

    /// The desired endpoints of a virtual service, and the service that owns it.
    private record Wanted(ObjectKey owner, Pool pool) {
    }

    private final ClusterNetwork network;
    private final Ipvs ipvs;
    private final DummyInterface dummy;
    private final ArpSilence silence;
    private final NftablesRuleSet rules;
    private final Scheduler scheduler;

    // the proxy loop's thread alone
    private final Claims claims = new Claims();
    private List<String> nodePortRanges = List.of();
    // the node's addresses but for those of the interface; and those of them that serve node ports
    private Set<String> own = Set.of();
    private Set<String> nodeAddresses = Set.of();
    // the state that was last written to the kernel: virtual services, including endpoints that are being removed; the interface's addresses
    private final Map<VirtualService, Pool> held = new HashMap<>();
    private final Set<String> bound = new HashSet<>();

    /// @param tableName of the nftables table
    /// @param interfaceName of the interface with the services' addresses, at most 15 letters
    public IpvsRuleSet(String tableName, String interfaceName, ClusterNetwork network, Scheduler scheduler, Tools tools) {
        this.network = network;
        this.ipvs = new Ipvs(tools, network.family());
        this.dummy = new DummyInterface(tools, network.family(), interfaceName);
        this.silence = new ArpSilence(tools, tableName);
        this.rules = new NftablesRuleSet(tableName, network, tools, Balancing.IPVS);
        this.scheduler = scheduler;
    }

    @Override
    public void nodePortsOn(List<String> ranges) {
        nodePortRanges = Cidr.disjoint(ranges, network.family());
        rules.nodePortsOn(ranges);
    }

    // ---- change ----

    @Override
    public void replaceAll(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        ipvs.prepare();
        dummy.create();
        learn();
        claims.clear();
        var wanted = wanted(claims.set(services));
        held.keySet().forEach(service -> wanted.putIfAbsent(service, Optional.empty()));
        grow(wanted);
        rules.replaceAll(services);
        shrink(wanted);
    }

    /// Reads the kernel's present state, which an earlier process may have left.
    private void learn() throws IOException {
        bound.clear();
        bound.addAll(dummy.addresses());
        own = ownAddresses();
        nodeAddresses = servingNodePorts(own);
        held.clear();
        ipvs.read().forEach((service, state) -> {
            if (isOurs(service, state)) {
                held.put(service, state.pool());
            }
        });
        if (network.family() == IpFamily.IPV4) {
            silence.replace(silenced());
        }
    }

    private boolean isOurs(VirtualService service, Ipvs.State state) {
        var address = service.address().address();
        return bound.contains(address) || Cidr.anyContains(network.services(), address)
                || own.contains(address) && state.translates() && state.pool().members().keySet().stream().anyMatch(endpoint -> Cidr.anyContains(network.pods(), endpoint.address()));
    }

    private Set<String> ownAddresses() throws IOException {
        var addresses = OwnAddresses.of(network.family(), ipvs.tools()).stream().map(VirtualService::normal).collect(Collectors.toCollection(HashSet::new));
        addresses.removeAll(bound);
        return addresses;
    }

    private Set<String> servingNodePorts(Set<String> addresses) {
        return addresses.stream().filter(address -> !InetAddress.ofLiteral(address).isLoopbackAddress() && Cidr.anyContains(nodePortRanges, address)).collect(Collectors.toSet());
    }

    @Override
    public void update(Map<ObjectKey, Map<Front, Backends>> services) throws IOException {
        var before = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        services.keySet().forEach(service -> before.put(service, claims.of(service)));
        var wanted = wanted(claims.set(services));
        try {
            grow(wanted);
            rules.update(services);
        } catch (ServicesRefusedException e) {
            var earlier = wanted(claims.set(before));
            grow(earlier);
            shrink(earlier);
            throw e;
        }
        shrink(wanted);
    }

    /// Returns the desired state of the virtual services of these fronts; empty for a virtual service that is to be removed.
    private Map<VirtualService, Optional<Wanted>> wanted(Collection<Front> fronts) {
        var wanted = new LinkedHashMap<VirtualService, Optional<Wanted>>();
        for (var front : List.copyOf(fronts)) {
            var pool = pool(front);
            for (var service : services(front)) {
                wanted.merge(service, pool, (first, second) -> first.isPresent() ? first : second);
            }
        }
        return wanted;
    }

    private Optional<Wanted> pool(Front front) {
        var claim = claims.on(front);
        if (claim == null || claim.backends().endpoints().isEmpty()) {
            return Optional.empty();
        }
        var members = new LinkedHashMap<Endpoint, Integer>();
        claim.backends().endpoints().forEach(endpoint -> members.put(VirtualService.normal(endpoint), 1));
        return Optional.of(new Wanted(claim.service(), new Pool(scheduler.word(), claim.backends().affinitySeconds(), members)));
    }

    /// The virtual services that a front comes to: one, or for a node port one for each address. None where IPVS does not know the protocol, which the table refuses.
    private List<VirtualService> services(Front front) {
        if (!VirtualService.PROTOCOLS.contains(front.protocol())) {
            return List.of();
        }
        return switch (front) {
            case Front.ServiceAddress(var address, var protocol, var port) -> List.of(VirtualService.of(protocol, address, port));
            case Front.ExternalAddress(var address, var protocol, var port) -> List.of(VirtualService.of(protocol, address, port));
            case Front.NodePort(_, var protocol, var port) -> nodeAddresses.stream().map(address -> VirtualService.of(protocol, address, port)).toList();
        };
    }

    /// Adds what is missing, and removes nothing.
    private void grow(Map<VirtualService, Optional<Wanted>> wanted) throws IOException {
        var targets = new LinkedHashMap<VirtualService, Optional<Pool>>();
        wanted.forEach((service, what) -> what.ifPresent(some -> targets.put(service, Optional.of(some.pool.with(held.get(service))))));
        try {
            apply(targets);
        } catch (IOException e) {
            throw explained(e, wanted, targets);
        }
        bind();
    }

    /// Removes what is not wanted: at once, or where connections are to end by themselves, when they have.
    private void shrink(Map<VirtualService, Optional<Wanted>> wanted) throws IOException {
        var targets = new LinkedHashMap<VirtualService, Optional<Pool>>();
        wanted.forEach((service, what) -> {
            var now = held.get(service);
            if (now != null) {
                targets.put(service, what.map(some -> now.reducedTo(some.pool.members().keySet(), service.isGraceful()))
                        .or(() -> service.isGraceful() ? Optional.of(now.drained()) : Optional.empty()));
            }
        });
        apply(targets);
        endDrained(wanted.keySet());
    }

    private void apply(Map<VirtualService, Optional<Pool>> targets) throws IOException {
        var commands = new ArrayList<String>();
        targets.forEach((service, pool) -> commands.addAll(Pool.commands(service, held.get(service), pool.orElse(null), scheduler)));
        ipvs.apply(commands);
        targets.forEach((service, pool) -> keep(service, pool.orElse(null)));
    }

    private void keep(VirtualService service, @Nullable Pool pool) {
        if (pool == null) {
            held.remove(service);
        } else {
            held.put(service, pool);
        }
    }

    /// Names the services that IPVS refused: those whose virtual services are not as they were to become.
    private IOException explained(IOException cause, Map<VirtualService, Optional<Wanted>> wanted, Map<VirtualService, Optional<Pool>> targets) throws IOException {
        var now = ipvs.read();
        var refused = new LinkedHashMap<ServicesRefusedException.Part, String>();
        targets.forEach((service, target) -> {
            var pool = now.containsKey(service) ? now.get(service).pool() : null;
            keep(service, pool);
            if (pool == null || !pool.equals(target.orElse(null))) {
                wanted.get(service).ifPresent(what -> refused.put(new ServicesRefusedException.Part(what.owner, network.family()), cause.getMessage()));
            }
        });
        return refused.isEmpty() ? cause : new ServicesRefusedException(refused);
    }

    /// Removes the endpoints that have gone and have no connection any more.
    private void endDrained(Collection<VirtualService> services) throws IOException {
        var draining = services.stream().filter(service -> held.containsKey(service) && held.get(service).isDraining() || isEmpty(service)).toList();
        var targets = new LinkedHashMap<VirtualService, Optional<Pool>>();
        for (var entry : states(draining).entrySet()) {
            var pool = held.get(entry.getKey());
            var idle = entry.getValue().idle().stream().filter(endpoint -> Integer.valueOf(0).equals(pool.members().get(endpoint))).collect(Collectors.toSet());
            var rest = pool.without(idle);
            targets.put(entry.getKey(), rest.members().isEmpty() ? Optional.empty() : Optional.of(rest));
        }
        apply(targets);
        bind();
    }

    private boolean isEmpty(VirtualService service) {
        return held.containsKey(service) && held.get(service).members().isEmpty();
    }

    private Map<VirtualService, Ipvs.State> states(List<VirtualService> services) throws IOException {
        var states = new LinkedHashMap<VirtualService, Ipvs.State>();
        if (services.size() > FEW) {
            states.putAll(ipvs.read());
            states.keySet().retainAll(Set.copyOf(services));
        } else {
            for (var service : services) {
                states.putAll(ipvs.parse(ipvs.show(service)));
            }
        }
        return states;
    }

    /// Gives the interface the addresses of all virtual services that the node does not have elsewhere, and no others.
    private void bind() throws IOException {
        var wanted = held.keySet().stream().map(service -> service.address().address()).filter(address -> !own.contains(address)).collect(Collectors.toSet());
        var added = new HashSet<>(wanted);
        added.removeAll(bound);
        var removed = new HashSet<>(bound);
        removed.removeAll(wanted);
        dummy.change(added, removed);
        bound.addAll(added);
        bound.removeAll(removed);
        if (network.family() == IpFamily.IPV4) {
            silence.update(silenced());
        }
    }

    private Set<String> silenced() {
        return bound.stream().filter(address -> !Cidr.anyContains(network.services(), address)).collect(Collectors.toSet());
    }

    // ---- looking ----

    @Override
    public void settle() throws IOException {
        rules.settle();
        endDrained(Set.copyOf(held.keySet()));
    }

    @Override
    public boolean isIntact() throws IOException {
        if (!rules.isIntact() || !dummy.addresses().equals(bound) || !servingNodePorts(ownAddresses()).equals(nodeAddresses)) {
            return false;
        }
        for (var service : held.keySet().stream().limit(1).toList()) {
            if (ipvs.show(service).isEmpty()) {
                return false;
            }
        }
        endDrained(Set.copyOf(held.keySet()));
        return true;
    }

    @Override
    public String describe(Front front) {
        var lines = new StringBuilder(rules.describe(front));
        for (var service : services(front)) {
            var pool = held.get(service);
            if (pool != null) {
                lines.append("  ipvs %s %s, scheduler %s%s%n".formatted(service.protocol(), service.address(), pool.scheduler(),
                        pool.affinitySeconds() > 0 ? ", a client stays for " + pool.affinitySeconds() + " s" : ""));
                pool.members().forEach((endpoint, weight) -> lines.append("    %s%s%n".formatted(endpoint, weight == 0 ? ", no new connections" : "")));
            }
        }
        return lines.toString();
    }

    @Override
    public List<String> held(Front front) throws IOException {
        var lines = new ArrayList<>(rules.held(front));
        for (var service : services(front)) {
            if (held.containsKey(service)) {
                ipvs.show(service).lines().filter(line -> !line.startsWith("IP Virtual Server") && !line.startsWith("Prot ") && !line.contains("RemoteAddress:Port")).forEach(lines::add);
            }
        }
        return lines;
    }

    // ---- removal ----

    @Override
    public void remove() throws IOException {
        rules.remove();
        removeServers();
        claims.clear();
    }

    /// Removes the virtual services and the interface, and leaves the table, which other modes have, too.
    public void removeServers() throws IOException {
        if (!Ipvs.isLoaded()) {
            return;
        }
        learn();
        apply(held.keySet().stream().collect(Collectors.toMap(service -> service, _ -> Optional.empty())));
        dummy.remove();
        bound.clear();
        if (network.family() == IpFamily.IPV4) {
            silence.replace(Set.of());
        }
    }
}
