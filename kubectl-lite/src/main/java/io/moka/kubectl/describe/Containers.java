package io.moka.kubectl.describe;

import static io.moka.kubectl.describe.Lines.keys;
import static io.moka.kubectl.describe.Lines.title;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.StringJoiner;

/// The containers of a pod or of a template, with their states where they have any.
final class Containers {

    private Containers() {
    }

    /// @param statuses of the containers; a missing node for a template, whose containers have none
    /// @param template whether to indent the label and the names as upstream does in a template
    static void describe(String label, JsonNode containers, JsonNode statuses, boolean template, Lines out) {
        if (containers.isEmpty()) {
            out.add(template ? 1 : 0, label + ": <none>");
            return;
        }
        out.add(template ? 1 : 0, label + ":");
        for (var container : containers) {
            var name = container.path("name").asText();
            out.add(1, (template ? " " : "") + name + ":");
            container(container, status(statuses, name), 2, out);
        }
    }

    private static JsonNode status(JsonNode statuses, String name) {
        for (var status : statuses) {
            if (status.path("name").asText().equals(name)) {
                return status;
            }
        }
        return MissingNode.getInstance();
    }

    private static void container(JsonNode container, JsonNode status, int level, Lines out) {
        if (!status.isMissingNode()) {
            out.field(level, "Container ID", status.path("containerID").asText(""));
        }
        out.field(level, "Image", container.path("image").asText());
        if (!status.isMissingNode()) {
            out.field(level, "Image ID", status.path("imageID").asText(""));
        }
        ports(container.path("ports"), level, out);
        seccomp(container.path("securityContext"), level, "SeccompProfile", out);
        words("Command", container.path("command"), level, out);
        words("Args", container.path("args"), level, out);
        if (!status.isMissingNode()) {
            states(status, level, out);
        }
        resources("Limits", container.path("resources").path("limits"), level, out);
        resources("Requests", container.path("resources").path("requests"), level, out);
        Probes.describe("Liveness", container.path("livenessProbe"), level, out);
        Probes.describe("Readiness", container.path("readinessProbe"), level, out);
        Probes.describe("Startup", container.path("startupProbe"), level, out);
        EnvironmentVariables.describe(container, level, out);
        mounts(container, level, out);
    }

    static void seccomp(JsonNode context, int level, String name, Lines out) {
        var profile = context.path("seccompProfile");
        if (!profile.isMissingNode()) {
            out.field(level, name, profile.path("type").asText());
            out.optional(level, "LocalhostProfile", profile.path("localhostProfile"));
        }
    }

    private static void ports(JsonNode ports, int level, Lines out) {
        var inside = new StringJoiner(", ");
        var outside = new StringJoiner(", ");
        for (var port : ports) {
            var protocol = "/" + port.path("protocol").asText("TCP");
            inside.add(port.path("containerPort").asText() + protocol);
            outside.add(port.path("hostPort").asText("0") + protocol);
        }
        var plural = ports.size() > 1 ? "s" : "";
        out.field(level, "Port" + plural, ports.isEmpty() ? "<none>" : inside.toString());
        out.field(level, "Host Port" + plural, ports.isEmpty() ? "<none>" : outside.toString());
    }

    private static void words(String name, JsonNode words, int level, Lines out) {
        if (!words.isEmpty()) {
            out.add(level, name + ":");
            words.forEach(word -> out.add(level + 1, word.asText()));
        }
    }

    private static void states(JsonNode status, int level, Lines out) {
        state("State", status.path("state"), level, out);
        if (status.path("lastState").has("terminated")) {
            state("Last State", status.path("lastState"), level, out);
        }
        out.field(level, "Ready", title(status.path("ready").asBoolean()));
        out.field(level, "Restart Count", status.path("restartCount").asText("0"));
    }

    private static void state(String name, JsonNode state, int level, Lines out) {
        if (state.has("running")) {
            out.field(level, name, "Running");
            out.field(level + 1, "Started", Lines.date(state.path("running").path("startedAt")));
        } else if (state.has("terminated")) {
            var end = state.path("terminated");
            out.field(level, name, "Terminated");
            out.optional(level + 1, "Reason", end.path("reason"));
            out.optional(level + 1, "Message", end.path("message"));
            out.field(level + 1, "Exit Code", end.path("exitCode").asText());
            if (end.path("signal").asInt() > 0) {
                out.field(level + 1, "Signal", end.path("signal").asText());
            }
            out.field(level + 1, "Started", Lines.date(end.path("startedAt")));
            out.field(level + 1, "Finished", Lines.date(end.path("finishedAt")));
        } else {
            out.field(level, name, "Waiting");
            out.optional(level + 1, "Reason", state.path("waiting").path("reason"));
        }
    }

    private static void resources(String name, JsonNode quantities, int level, Lines out) {
        if (!quantities.isEmpty()) {
            out.add(level, name + ":");
            keys(quantities).forEach(key -> out.add(level + 1, key + ":\t" + quantities.get(key).asText()));
        }
    }

    private static void mounts(JsonNode container, int level, Lines out) {
        if (container.path("volumeMounts").isEmpty()) {
            out.field(level, "Mounts", "<none>");
        } else {
            out.add(level, "Mounts:");
            var sorted = new ArrayList<JsonNode>();
            container.path("volumeMounts").forEach(sorted::add);
            sorted.sort(Comparator.comparing(mount -> mount.path("mountPath").asText()));
            for (var mount : sorted) {
                var flags = new StringJoiner(",");
                flags.add(mount.path("readOnly").asBoolean() ? "ro" : "rw");
                if (!mount.path("subPath").asText("").isEmpty()) {
                    flags.add("path=\"" + mount.path("subPath").asText() + "\"");
                }
                out.add(level + 1, "%s from %s (%s)", mount.path("mountPath").asText(), mount.path("name").asText(), flags);
            }
        }
        if (!container.path("volumeDevices").isEmpty()) {
            out.add(level, "Devices:");
            container.path("volumeDevices").forEach(device -> out.add(level + 1, "%s from %s", device.path("devicePath").asText(), device.path("name").asText()));
        }
    }
}
