package io.moka.apiserver.kinds.warning;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds warnings for ports that several containers of a pod declare, or that one declares twice.
final class PortWarnings {
    private static final String[] CONTAINERS = {"initContainers", "containers", "ephemeralContainers"};

    private final Map<String, List<Named>> seen = new HashMap<>(4);
    private final List<String> found;

    private record Named(FieldPath path, String hostIp, int hostPort) { }

    private PortWarnings(List<String> found) {
        this.found = found;
    }

    static void find(JsonNode spec, FieldPath path, List<String> found) {
        PortWarnings warnings = new PortWarnings(found);
        for (String list : CONTAINERS) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                JsonNode ports = containers.get(i).path("ports");
                for (int j = 0; j < ports.size(); j++) {
                    warnings.check(ports.get(j), path.child(list).index(i).child("ports").index(j));
                }
            }
        }
    }

    private void check(JsonNode port, FieldPath path) {
        Named named = new Named(path, Json.text(port, "hostIP"), port.path("hostPort").asInt());
        if (!named.hostIp.isEmpty() && named.hostPort == 0) {
            found.add(path + ": hostIP set without hostPort: {Name:" + Json.text(port, "name") + " HostPort:0 ContainerPort:" + port.path("containerPort").asInt()
                    + " Protocol:" + Json.text(port, "protocol") + " HostIP:" + named.hostIp + "}");
        }
        List<Named> same = seen.computeIfAbsent(port.path("containerPort").asInt() + "/" + Json.text(port, "protocol"), key -> new ArrayList<>(1));
        same.forEach(other -> compare(named, other));
        same.add(named);
    }

    private void compare(Named port, Named other) {
        if (port.hostIp.equals(other.hostIp) && port.hostPort == other.hostPort) {
            found.add(port.path + ": duplicate port definition with " + other.path);
        } else if (port.hostPort == 0 || other.hostPort == 0) {
            found.add(port.path + ": overlapping port definition with " + other.path);
        } else if (port.hostPort == other.hostPort && port.hostIp.isEmpty() != other.hostIp.isEmpty()) {
            found.add(port.path + ": dangerously ambiguous port definition with " + other.path);
        }
    }
}
