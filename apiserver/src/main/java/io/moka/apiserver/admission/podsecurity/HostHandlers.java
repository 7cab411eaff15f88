package io.moka.apiserver.admission.podsecurity;

import static io.moka.apiserver.admission.podsecurity.Violation.containers;
import static io.moka.apiserver.admission.podsecurity.Violation.plural;
import static io.moka.apiserver.admission.podsecurity.Violation.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Baseline: probes and lifecycle handlers must not name a host, since the kubelet would then send the requests to that host instead of the pod.
final class HostHandlers {
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final List<String> HANDLERS = List.of("postStart", "preStop");

    private HostHandlers() {}

    static @Nullable Violation check(PodShape pod) {
        Set<String> hosts = new TreeSet<>();
        List<String> names = pod.names(container -> collect(container, hosts)).stream().sorted().distinct().toList();
        return names.isEmpty() ? null : new Violation("probe or lifecycle host", containers(names) + plural(" uses ", " use ", names.size())
                + plural("probe or lifecycle host ", "probe or lifecycle hosts ", hosts.size()) + quoted(hosts));
    }

    private static boolean collect(JsonNode container, Set<String> hosts) {
        boolean any = false;
        for (String probe : PROBES) {
            any |= host(container.path(probe), hosts);
        }
        for (String handler : HANDLERS) {
            any |= host(container.path("lifecycle").path(handler), hosts);
        }
        return any;
    }

    private static boolean host(JsonNode handler, Set<String> hosts) {
        boolean any = false;
        for (String way : new String[] {"httpGet", "tcpSocket"}) {
            String host = Json.text(handler, way, "host");
            if (!host.isEmpty()) {
                hosts.add(host);
                any = true;
            }
        }
        return any;
    }
}
