package io.moka.proxy.path;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.NodeView;
import io.moka.proxy.model.ServiceModel;
import io.moka.proxy.model.Sources;
import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.Direction;
import io.moka.proxy.policy.model.PolicyTrial;
import io.moka.proxy.policy.model.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the way of one connection. The kernel's state is read from the kernel; everything else is computed from the API objects.
final class PathFinder {

    private static final int MOST_ENDPOINTS = 20;

    private final PathCluster cluster;
    private final PathKernel kernel;
    private final NodeView node;
    private final List<Step> steps = new ArrayList<>();

    /// The beginning of the connection, as far as it is known.
    ///
    /// @param node the node where the connection begins; empty outside the cluster
    /// @param pod null if the connection does not begin in a pod of the pod network
    private record Start(Origin origin, String address, String node, @Nullable Pod pod) {

        /// Whether the rules count it as a client of the cluster.
        boolean isInside() {
            return !(origin instanceof Origin.Outside);
        }
    }

    private record Matched(ObjectKey service, Front front, Backends backends) {
    }

    private PathFinder(PathCluster cluster, PathKernel kernel, NodeView node) {
        this.cluster = cluster;
        this.kernel = kernel;
        this.node = node;
    }

    /// The steps of the way.
    ///
    /// @param node this node, whose rules are explained
    /// @throws IllegalArgumentException for a question that cannot be understood, or that names what does not exist
    static List<Step> find(PathCluster cluster, PathKernel kernel, NodeView node, Origin origin, Target target, String namespace, boolean trace) throws IOException {
        var finder = new PathFinder(cluster, kernel, node);
        finder.go(origin, target, namespace, trace);
        return finder.steps;
    }

    private void say(String stage, String text) {
        steps.add(new Step(stage, text));
    }

    private void go(Origin origin, Target target, String namespace, boolean trace) throws IOException {
        var start = start(origin);
        var address = address(target, start, start.pod == null ? namespace : start.pod.getMetadata().getNamespace());
        if (address == null) {
            return;
        }
        var front = front(address, target.protocol());
        if (front == null) {
            say("address", address + "/" + target.protocol() + " is no address of a service: the packet goes there as it is");
            arrive(start, List.of(address), target.protocol(), start.address);
        } else {
            through(start, front);
        }
        if (trace) {
            say("trace", "the next packet from " + start.address + " to " + address + "/" + target.protocol() + ", by nft monitor trace:");
            boolean here = origin instanceof Origin.OfNode && start.node.equals(node.name());
            var lines = kernel.trace(here || origin instanceof Origin.Outside(var any) && any.equals(Origin.SOMEWHERE) ? "" : start.address, address.address(), target.protocol(), address.port(), here);
            lines.forEach(line -> say("trace", line));
            if (lines.isEmpty()) {
                say("trace", "no such packet came; send one while this waits");
            }
        }
    }

    // ---- from ----

    private Start start(Origin origin) {
        return switch (origin) {
            case Origin.OfPod(var key) -> {
                var pod = require(cluster.pod(key), "pod " + key);
                var where = Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
                var address = PathCluster.addresses(pod).stream().findFirst().orElse("");
                boolean host = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
                say("from", "pod " + key + (address.isEmpty() ? ", which has no address yet" : " at " + address) + (host ? ", in the network of node " : " on node ") + where);
                elsewhere(where);
                yield new Start(origin, address, where, host ? null : pod);
            }
            case Origin.OfNode(var name) -> {
                var address = PathCluster.addresses(require(cluster.node(name), "node " + name)).stream().findFirst().orElse("");
                say("from", "node " + name + " at " + address);
                elsewhere(name);
                yield new Start(origin, address, name, null);
            }
            case Origin.Outside(var address) -> {
                say("from", "a client outside the cluster" + (address.equals(Origin.SOMEWHERE) ? "" : " at " + address) + ", whose packets arrive at node " + node.name());
                yield new Start(origin, address, "", null);
            }
        };
    }

    private void elsewhere(String where) {
        if (!where.equals(node.name())) {
            say("from", "that is another node than " + node.name() + ", whose rules and kernel follow: rules are the same on each, but for endpoints that are local");
        }
    }

    private static <T> T require(@Nullable T object, String what) {
        if (object == null) {
            throw new IllegalArgumentException(what + " does not exist");
        }
        return object;
    }

    // ---- name and address ----

    /// Returns the address and port to which the first packet goes; null if there is none, after adding a step that says so.
    private @Nullable Endpoint address(Target target, Start start, String namespace) {
        return switch (target.place()) {
            case Target.Place.Address(var address) -> new Endpoint(address, port(target));
            case Target.Place.OfPod(var key) -> {
                var pod = require(cluster.pod(key), "pod " + key);
                var address = PathCluster.addresses(pod).stream().findFirst().orElse("");
                say("address", "pod " + key + (address.isEmpty() ? " has no address yet" : " has the address " + address));
                yield address.isEmpty() ? null : new Endpoint(address, port(target));
            }
            case Target.Place.OfNode(var name) -> {
                var address = PathCluster.addresses(require(cluster.node(name), "node " + name)).stream().findFirst().orElse("");
                say("address", "node " + name + " has the address " + address);
                yield new Endpoint(address, port(target));
            }
            case Target.Place.OfService(var key) -> service(require(cluster.service(key), "service " + key), target, start);
            case Target.Place.Name(var name) -> {
                var found = NameSearch.service(name, namespace, key -> cluster.service(key) != null);
                if (found == null) {
                    say("name", name + " is no service's name along the search path of namespace " + namespace + ": the cluster's DNS server asks its upstream servers");
                    yield null;
                }
                say("name", name + " means " + found.name() + ", service " + found.service());
                yield service(require(cluster.service(found.service()), "service " + found.service()), target, start);
            }
        };
    }

    private static int port(Target target) {
        if (target.port() == 0) {
            throw new IllegalArgumentException("name a port: ADDRESS:PORT");
        }
        return target.port();
    }

    private @Nullable Endpoint service(Service service, Target target, Start start) {
        var key = ObjectKey.of(service);
        var spec = service.getSpec();
        if ("ExternalName".equals(spec.getType())) {
            say("name", "service " + key + " is an alias of " + spec.getExternalName() + ", which is outside the cluster's names");
            return null;
        }
        var port = port(spec.getPorts(), target, key);
        if ("None".equals(spec.getClusterIP())) {
            return headless(key, port, target);
        }
        if (start.isInside()) {
            say("address", "service " + key + " has the address " + spec.getClusterIP());
            return new Endpoint(spec.getClusterIP(), port.getPort());
        }
        return outside(service, port);
    }

    private static ServicePort port(List<ServicePort> ports, Target target, ObjectKey service) {
        var fitting = ports.stream().filter(port -> target.port() == 0 && ports.size() == 1
                || target.port() == port.getPort() && target.protocol().equalsIgnoreCase(Objects.requireNonNullElse(port.getProtocol(), "TCP"))).findFirst();
        return fitting.orElseThrow(() -> new IllegalArgumentException("service " + service + " has no port " + target.port() + "/" + target.protocol() + "; it has "
                + ports.stream().map(port -> port.getPort() + "/" + Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))));
    }

    private @Nullable Endpoint headless(ObjectKey service, ServicePort port, Target target) {
        var addresses = cluster.slices(service).stream().flatMap(slice -> slice.getEndpoints().stream())
                .filter(endpoint -> endpoint.getConditions() == null || !Boolean.FALSE.equals(endpoint.getConditions().getReady()))
                .flatMap(endpoint -> endpoint.getAddresses().stream()).distinct().toList();
        say("address", "service " + service + " is headless: its name has the addresses of its pods, " + (addresses.isEmpty() ? "of which none is ready" : String.join(", ", addresses)));
        return addresses.isEmpty() ? null : new Endpoint(addresses.getFirst(), target.port() == 0 ? port.getPort() : target.port());
    }

    /// A way to the service for a client elsewhere: an address of its load balancer, or a port of the nodes.
    private @Nullable Endpoint outside(Service service, ServicePort port) {
        var key = ObjectKey.of(service);
        var fronts = ServiceModel.of(service, cluster.slices(key), node);
        for (var front : fronts.keySet()) {
            if (front instanceof Front.ExternalAddress(var address, var _, int number) && number == port.getPort()) {
                say("address", "service " + key + " is reached from outside at " + address);
                return new Endpoint(address, number);
            }
        }
        if (port.getNodePort() != null && port.getNodePort() > 0 && !node.nodePortAddresses().isEmpty()) {
            var address = node.nodePortAddresses().getFirst();
            say("address", "service " + key + " is reached from outside at the nodes' port " + port.getNodePort());
            return new Endpoint(address, port.getNodePort());
        }
        say("result", "service " + key + " of type " + service.getSpec().getType() + " cannot be reached from outside: it has neither a load balancer's address nor a node port");
        return null;
    }

    // ---- rule ----

    private @Nullable Matched front(Endpoint address, String protocol) {
        boolean nodePort = Cidr.anyContains(node.nodePortAddresses(), address.address());
        Matched atNodePort = null;
        for (var service : cluster.services()) {
            var key = ObjectKey.of(service);
            for (var entry : ServiceModel.of(service, cluster.slices(key), node).entrySet()) {
                switch (entry.getKey()) {
                    case Front.ServiceAddress(var own, var ownProtocol, int port) when own.equals(address.address()) && ownProtocol.equals(protocol) && port == address.port() -> {
                        return new Matched(key, entry.getKey(), entry.getValue());
                    }
                    case Front.ExternalAddress(var own, var ownProtocol, int port) when own.equals(address.address()) && ownProtocol.equals(protocol) && port == address.port() -> {
                        return new Matched(key, entry.getKey(), entry.getValue());
                    }
                    case Front.NodePort(var _, var ownProtocol, int port) when nodePort && ownProtocol.equals(protocol) && port == address.port() ->
                            atNodePort = new Matched(key, entry.getKey(), entry.getValue());
                    default -> {
                    }
                }
            }
        }
        return atNodePort;
    }

    private void through(Start start, Matched found) throws IOException {
        var front = found.front;
        var backends = found.backends;
        say("address", front + " is a front of service " + found.service + ", port " + (backends.port().isEmpty() ? front.port() : "\"" + backends.port() + "\""));
        kernel.describe(front).lines().skip(1).forEach(line -> say("rule", line.strip()));
        var held = kernel.held(front);
        if (held.isEmpty()) {
            say("kernel", "the kernel holds no rule of it now: they are being installed, were refused (an event on the service says why), or were wiped");
        }
        held.forEach(line -> say("kernel", line));
        if (backends.sources() instanceof Sources.Ranges(var cidrs) && !start.isInside() && !Cidr.anyContains(cidrs, start.address)) {
            say("result", "dropped: loadBalancerSourceRanges admits " + String.join(", ", cidrs) + " alone");
            return;
        }
        var endpoints = backends.endpointsFor(front, start.isInside());
        if (endpoints.isEmpty()) {
            say("result", backends.dropsUnserved() ? "dropped: a Local traffic policy holds, and the endpoints are on other nodes"
                    : "refused: the service has no ready endpoint" + unready(found.service));
            return;
        }
        say("endpoint", endpoints.size() == 1 ? "one endpoint" : "one of " + endpoints.size() + " endpoints"
                + (backends.affinitySeconds() > 0 ? ", always the same for " + backends.affinitySeconds() + " s" : ", each as probable as the others"));
        boolean masquerade = front.isExternal() && !(backends.local() && (!start.isInside() || start.pod != null)) || start.origin instanceof Origin.OfNode;
        arrive(start, endpoints, front.protocol(), masquerade ? "the node's address" : start.address);
    }

    private String unready(ObjectKey service) {
        long all = cluster.slices(service).stream().mapToLong(slice -> slice.getEndpoints().size()).sum();
        return all == 0 ? "; its selector selects no pod with an address" : "; " + all + " of its pods are not ready";
    }

    // ---- endpoints and policies ----

    private void arrive(Start start, List<Endpoint> endpoints, String protocol, String source) throws IOException {
        if (source.equals("the node's address")) {
            say("source", "the endpoint sees the node's address, not " + (start.address.equals(Origin.SOMEWHERE) ? "the client's" : start.address));
        } else {
            say("source", "the endpoint sees the client's address" + (source.equals(Origin.SOMEWHERE) ? "" : " " + source));
        }
        var passing = new LinkedHashMap<Endpoint, Boolean>();
        for (var endpoint : endpoints.subList(0, Math.min(MOST_ENDPOINTS, endpoints.size()))) {
            var pod = cluster.podAt(endpoint.address());
            var device = kernel.interfaceTo(endpoint.address());
            say("endpoint", endpoint + owner(endpoint, pod) + (device.isEmpty() ? ", for which this node has no route" : ", by interface " + device));
            passing.put(endpoint, allowed(start, pod, endpoint, protocol));
        }
        if (endpoints.size() > MOST_ENDPOINTS) {
            say("endpoint", "and " + (endpoints.size() - MOST_ENDPOINTS) + " more");
        }
        result(passing);
    }

    private String owner(Endpoint endpoint, @Nullable Pod pod) {
        if (pod != null) {
            return ", pod " + ObjectKey.of(pod) + " on node " + pod.getSpec().getNodeName();
        }
        var name = cluster.nodeAt(endpoint.address());
        return name == null ? ", no pod of this cluster" : ", node " + name;
    }

    private void result(Map<Endpoint, Boolean> passing) {
        long allowed = passing.values().stream().filter(pass -> pass).count();
        if (allowed == passing.size()) {
            say("result", "reaches " + (passing.size() == 1 ? passing.keySet().iterator().next().toString() : "any of the endpoints"));
        } else {
            say("result", allowed == 0 ? "dropped by network policy" : "dropped by network policy on the way to " + (passing.size() - allowed) + " of " + passing.size() + " endpoints");
        }
    }

    /// Says what the policies of both ends make of the connection. The node of a pod always reaches it.
    private boolean allowed(Start start, @Nullable Pod pod, Endpoint endpoint, String protocol) {
        if (cluster.policies().isEmpty()) {
            return true;
        }
        var trial = new PolicyTrial(cluster.policies(), cluster.namespaces(), cluster.pods());
        boolean passes = true;
        if (start.pod != null) {
            passes = judged(trial.of(start.pod, Direction.EGRESS, Address.parse(endpoint.address()), Protocol.of(protocol.toUpperCase(Locale.ROOT)), endpoint.port()), start.pod, "egress");
        }
        boolean ownNode = pod != null && start.pod == null && start.node.equals(pod.getSpec().getNodeName());
        if (pod != null && ownNode) {
            say("policy", "node " + start.node + " always reaches its own pods");
        } else if (pod != null && !start.address.isEmpty()) {
            passes &= judged(trial.of(pod, Direction.INGRESS, Address.parse(start.address), Protocol.of(protocol.toUpperCase(Locale.ROOT)), endpoint.port()), pod, "ingress");
        }
        return passes;
    }

    private boolean judged(List<PolicyTrial.Verdict> verdicts, Pod pod, String direction) {
        var name = ObjectKey.of(pod);
        if (verdicts.isEmpty()) {
            say("policy", "no policy isolates pod " + name + " for " + direction);
            return true;
        }
        var allowing = verdicts.stream().filter(PolicyTrial.Verdict::allows).map(verdict -> verdict.policy().toString()).toList();
        var all = verdicts.stream().map(verdict -> verdict.policy().toString()).collect(Collectors.joining(", "));
        say("policy", allowing.isEmpty() ? direction + " of pod " + name + " is refused: it is isolated by " + all + ", none of which allows this"
                : direction + " of pod " + name + " is allowed by " + String.join(", ", allowing));
        return !allowing.isEmpty();
    }
}
