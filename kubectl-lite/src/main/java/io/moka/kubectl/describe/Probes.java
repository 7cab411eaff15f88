package io.moka.kubectl.describe;

import static io.moka.kubectl.describe.Lines.join;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// The probes of a container, each on one line.
final class Probes {

    private Probes() {
    }

    static void describe(String name, JsonNode probe, int level, Lines out) {
        if (!probe.isMissingNode()) {
            out.field(level, name, action(probe) + " delay=" + probe.path("initialDelaySeconds").asInt() + "s timeout=" + probe.path("timeoutSeconds").asInt()
                    + "s period=" + probe.path("periodSeconds").asInt() + "s #success=" + probe.path("successThreshold").asInt() + " #failure=" + probe.path("failureThreshold").asInt());
        }
    }

    private static String action(JsonNode probe) {
        if (probe.has("exec")) {
            return "exec [" + join(probe.path("exec").path("command"), " ") + "]";
        }
        if (probe.has("httpGet")) {
            var get = probe.path("httpGet");
            var path = get.path("path").asText("");
            return "http-get " + get.path("scheme").asText("HTTP").toLowerCase(Locale.ROOT) + "://" + get.path("host").asText("") + ":" + get.path("port").asText()
                    + (path.startsWith("/") || path.isEmpty() ? path : "/" + path);
        }
        if (probe.has("tcpSocket")) {
            return "tcp-socket " + probe.path("tcpSocket").path("host").asText("") + ":" + probe.path("tcpSocket").path("port").asText();
        }
        if (probe.has("grpc")) {
            return "grpc <pod>:" + probe.path("grpc").path("port").asText() + " " + probe.path("grpc").path("service").asText("");
        }
        return "unknown";
    }
}
