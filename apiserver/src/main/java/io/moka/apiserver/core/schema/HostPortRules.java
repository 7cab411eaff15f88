package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/// Validates the host ports of a pod's containers: no two may use the same port.
final class HostPortRules {
    private final Path path;
    private final Causes causes;

    private HostPortRules(Path path, Causes causes) {
        this.path = path;
        this.causes = causes;
    }

    static void check(ObjectNode spec, Path path, Causes causes) {
        new HostPortRules(path.child("containers"), causes).checkTogether(CheckedFields.list(spec, "containers"), CheckedFields.flag(spec, "hostNetwork"));
        new HostPortRules(path.child("initContainers"), causes).checkOneByOne(CheckedFields.list(spec, "initContainers"));
    }

    private void checkTogether(JsonNode containers, boolean hostNetwork) {
        Set<String> taken = new HashSet<>(0);
        for (int i = 0; i < containers.size(); i++) {
            check(i, CheckedFields.list(containers.get(i), "ports"), hostNetwork, taken);
        }
    }

    /// Checks init containers one by one: they do not run at the same time, so several may use the same port.
    private void checkOneByOne(JsonNode containers) {
        for (int i = 0; i < containers.size(); i++) {
            check(i, CheckedFields.list(containers.get(i), "ports"), false, new HashSet<>(0));
        }
    }

    private void check(int container, JsonNode ports, boolean hostNetwork, Set<String> taken) {
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            long hostPort = CheckedFields.number(port, "hostPort", 0);
            if (hostPort == 0) {
                continue;
            }
            Path at = path.index(container).child("ports").index(i).child("hostPort");
            String key = CheckedFields.text(port, "protocol") + "/" + CheckedFields.text(port, "hostIP") + "/" + hostPort;
            if (!taken.add(key)) {
                causes.duplicate(at, key);
            }
            if (hostNetwork && hostPort != CheckedFields.number(port, "containerPort", 0)) {
                causes.invalid(at, hostPort, "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }
}
