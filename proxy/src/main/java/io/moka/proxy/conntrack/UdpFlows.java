package io.moka.proxy.conntrack;

import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Deletes UDP flows from the kernel's connection table that lead elsewhere than their front does. UDP has no end of connection: while a client keeps sending,
/// the kernel sends its packets to the same destination as the first, even if that endpoint is gone or there was none yet.
public final class UdpFlows {

    private final IpFamily family;
    private final Tools tools;
    private Set<String> nodePortRanges = Set.of();

    // the proxy loop's thread alone: fronts that changed lately, whose flows are to be looked at once more
    private final Map<Front, Backends> unsettled = new LinkedHashMap<>();

    public UdpFlows(IpFamily family, Tools tools) {
        this.family = family;
        this.tools = tools;
    }

    /// Names the ranges of the node's addresses at which node ports are served.
    public void nodePortsOn(List<String> ranges) {
        nodePortRanges = Set.copyOf(ranges);
    }

    /// The fronts whose flows may lead elsewhere after this change: an endpoint has gone, or the first has come.
    public static Map<Front, Backends> affected(Map<Front, Backends> before, Map<Front, Backends> after) {
        var affected = new LinkedHashMap<Front, Backends>();
        before.forEach((front, backends) -> {
            var now = after.getOrDefault(front, backends.empty());
            if (front.protocol().equals("udp") && !endpoints(now).containsAll(endpoints(backends))) {
                affected.put(front, now);
            }
        });
        after.forEach((front, backends) -> {
            if (front.protocol().equals("udp") && !endpoints(backends).isEmpty() && (!before.containsKey(front) || endpoints(before.get(front)).isEmpty())) {
                affected.put(front, backends);
            }
        });
        return affected;
    }

    /// Returns all endpoints that any client reaches through the front.
    private static Set<Endpoint> endpoints(Backends backends) {
        var endpoints = new HashSet<>(backends.endpoints());
        if (backends.local()) {
            endpoints.addAll(backends.everywhere());
        }
        return endpoints;
    }

    /// Deletes the flows to these fronts that lead to none of their endpoints, and remembers the fronts for [#settle()].
    public void forgetStale(Map<Front, Backends> fronts) throws IOException {
        fronts.forEach((front, backends) -> {
            if (front.protocol().equals("udp")) {
                unsettled.put(front, backends);
            }
        });
        sweep(fronts);
    }

    /// Looks at the fronts of the last calls of [#forgetStale(Map)] once more.
    public void settle() throws IOException {
        var fronts = Map.copyOf(unsettled);
        unsettled.clear();
        sweep(fronts);
    }

    private void sweep(Map<Front, Backends> fronts) throws IOException {
        if (fronts.keySet().stream().noneMatch(front -> front.protocol().equals("udp"))) {
            return;
        }
        var own = OwnAddresses.of(family, tools);
        var stale = new LinkedHashSet<Flow>();
        for (var flow : Flow.list(family, tools)) {
            var backends = backends(fronts, flow.spokenTo(), own);
            if (backends != null && !endpoints(backends).contains(flow.answerer())) {
                stale.add(flow);
            }
        }
        for (var flow : stale) {
            flow.delete(family, tools);
        }
    }

    private @Nullable Backends backends(Map<Front, Backends> fronts, Endpoint spokenTo, Set<String> own) {
        for (var front : List.of(new Front.ServiceAddress(spokenTo.address(), "udp", spokenTo.port()),
                new Front.ExternalAddress(spokenTo.address(), "udp", spokenTo.port()))) {
            if (fronts.containsKey(front)) {
                return fronts.get(front);
            }
        }
        return own.contains(spokenTo.address()) && Cidr.anyContains(nodePortRanges, spokenTo.address())
                ? fronts.get(new Front.NodePort(family, "udp", spokenTo.port())) : null;
    }
}
