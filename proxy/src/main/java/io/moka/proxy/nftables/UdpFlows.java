package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// UDP has no end of connection: for as long as a client's packets come, the kernel sends them where it sent the first, be that
/// endpoint gone, or had there been none yet. Flows that lead elsewhere than their front does are deleted from its connection table.
final class UdpFlows {

    private static final Pattern FLOW = Pattern.compile(" src=\\S+ dst=(\\S+) sport=\\d+ dport=(\\d+) .*?src=(\\S+) dst=\\S+ sport=(\\d+) ");
    private static final Pattern ADDRESS = Pattern.compile("inet ([0-9.]+)");

    private UdpFlows() {
    }

    /// A way that packets take: what the client speaks to, and who answers. Without endpoint these are the same.
    private record Way(Endpoint spokenTo, Endpoint answerer) {
    }

    /// The fronts whose flows may lead elsewhere after this change: an endpoint has gone, or the first has come.
    static Map<Front, Backends> affected(Map<Front, Backends> before, Map<Front, Backends> after) {
        var affected = new LinkedHashMap<Front, Backends>();
        before.forEach((front, backends) -> {
            var now = after.getOrDefault(front, backends.withEndpoints(List.of()));
            if (!new HashSet<>(now.endpoints()).containsAll(backends.endpoints())) {
                affected.put(front, now);
            }
        });
        after.forEach((front, backends) -> {
            if (!backends.endpoints().isEmpty() && (!before.containsKey(front) || before.get(front).endpoints().isEmpty())) {
                affected.put(front, backends);
            }
        });
        return affected;
    }

    /// Deletes the flows to these fronts that lead to none of their endpoints.
    static void forgetStale(Tools tools, Map<Front, Backends> fronts) throws IOException {
        if (fronts.keySet().stream().noneMatch(front -> front.protocol().equals("udp"))) {
            return;
        }
        var own = addresses(tools);
        var stale = new LinkedHashSet<Way>();
        var flows = FLOW.matcher(tools.run(List.of("conntrack", "-L", "-p", "udp"), "").output());
        while (flows.find()) {
            var way = new Way(new Endpoint(flows.group(1), Integer.parseInt(flows.group(2))), new Endpoint(flows.group(3), Integer.parseInt(flows.group(4))));
            var backends = backends(fronts, way.spokenTo, own);
            if (backends != null && !backends.endpoints().contains(way.answerer)) {
                stale.add(way);
            }
        }
        for (var way : stale) {
            forget(tools, way);
        }
    }

    private static @Nullable Backends backends(Map<Front, Backends> fronts, Endpoint spokenTo, Set<String> own) {
        for (var front : List.of(new Front.ServiceAddress(spokenTo.address(), "udp", spokenTo.port()),
                new Front.ExternalAddress(spokenTo.address(), "udp", spokenTo.port()))) {
            if (fronts.containsKey(front)) {
                return fronts.get(front);
            }
        }
        return own.contains(spokenTo.address()) ? fronts.get(new Front.NodePort("udp", spokenTo.port())) : null;
    }

    private static Set<String> addresses(Tools tools) throws IOException {
        var addresses = new HashSet<String>();
        var found = ADDRESS.matcher(tools.run(List.of("ip", "-4", "-o", "addr"), "").output());
        while (found.find()) {
            addresses.add(found.group(1));
        }
        return addresses;
    }

    /// That there are none (status 1) is fine: they may have ended meanwhile.
    private static void forget(Tools tools, Way way) throws IOException {
        tools.run(List.of("conntrack", "-D", "-p", "udp", "--orig-dst", way.spokenTo.address(), "--orig-port-dst", Integer.toString(way.spokenTo.port()),
                "--reply-src", way.answerer.address(), "--reply-port-src", Integer.toString(way.answerer.port())), "");
    }
}
