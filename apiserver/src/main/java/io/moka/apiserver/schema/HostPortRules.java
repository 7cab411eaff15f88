package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/// Rules for the ports of the node that a pod's containers want.
final class HostPortRules {
    private final Path path;
    private final Causes causes;

    private HostPortRules(Path path, Causes causes) {
        this.path = path;
        this.causes = causes;
    }

    static void check(ObjectNode spec, Path path, Causes causes) {
        new HostPortRules(path.child("containers"), causes).checkTogether(Json.list(spec, "containers"), Json.flag(spec, "hostNetwork"));
        new HostPortRules(path.child("initContainers"), causes).checkOneByOne(Json.list(spec, "initContainers"));
    }

    private void checkTogether(JsonNode containers, boolean hostNetwork) {
        Set<String> taken = new HashSet<>(0);
        for (int i = 0; i < containers.size(); i++) {
            check(i, Json.list(containers.get(i), "ports"), hostNetwork, taken);
        }
    }

    /// Init containers run after each other, so a port may be wanted by several.
    private void checkOneByOne(JsonNode containers) {
        for (int i = 0; i < containers.size(); i++) {
            check(i, Json.list(containers.get(i), "ports"), false, new HashSet<>(0));
        }
    }

    private void check(int container, JsonNode ports, boolean hostNetwork, Set<String> taken) {
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            long hostPort = Json.number(port, "hostPort", 0);
            if (hostPort == 0) {
                continue;
            }
            Path at = path.index(container).child("ports").index(i).child("hostPort");
            String key = Json.text(port, "protocol") + "/" + Json.text(port, "hostIP") + "/" + hostPort;
            if (!taken.add(key)) {
                causes.duplicate(at, key);
            }
            if (hostNetwork && hostPort != Json.number(port, "containerPort", 0)) {
                causes.invalid(at, hostPort, "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }
}
