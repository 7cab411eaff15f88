package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// UDP has no end of connection: the kernel would send a busy client's packets to a removed endpoint for as long as they
/// come. Such flows are deleted from its connection table.
record StaleFlow(Front front, Endpoint endpoint) {

    static List<StaleFlow> between(Map<Front, Backends> before, Map<Front, Backends> after) {
        var stale = new ArrayList<StaleFlow>();
        before.forEach((front, backends) -> {
            if (front.protocol().equals("udp")) {
                var remaining = after.containsKey(front) ? after.get(front).endpoints() : List.<Endpoint>of();
                backends.endpoints().stream().filter(endpoint -> !remaining.contains(endpoint))
                        .forEach(endpoint -> stale.add(new StaleFlow(front, endpoint)));
            }
        });
        return stale;
    }

    /// Deletes the flows; that there are none (status 1) is fine.
    void forget(Tools tools) throws IOException {
        var command = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
        switch (front) {
            case Front.ServiceAddress(var address, var protocol, var port) -> command.addAll(List.of("--orig-dst", address, "--orig-port-dst", Integer.toString(port)));
            case Front.NodePort(var protocol, var port) -> command.addAll(List.of("--orig-port-dst", Integer.toString(port)));
        }
        command.addAll(List.of("--dst-nat", endpoint.address()));
        tools.run(command, "");
    }
}
