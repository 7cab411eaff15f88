package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.meta.Quantities;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// The environment variables of a container, and the objects that they come from.
final class EnvironmentVariables {

    private EnvironmentVariables() {
    }

    static void describe(JsonNode container, int level, Lines out) {
        if (!container.path("envFrom").isEmpty()) {
            out.add(level, "Environment Variables from:");
            for (var source : container.path("envFrom")) {
                boolean map = source.has("configMapRef");
                var reference = source.path(map ? "configMapRef" : "secretRef");
                var prefix = source.path("prefix").asText("");
                out.add(level + 1, "%s\t%s%s\tOptional: %s", reference.path("name").asText(), map ? "ConfigMap" : "Secret",
                        prefix.isEmpty() ? "" : " with prefix '" + prefix + "'", reference.path("optional").asBoolean());
            }
        }
        if (container.path("env").isEmpty()) {
            out.field(level, "Environment", "<none>");
            return;
        }
        out.add(level, "Environment:");
        for (var variable : container.path("env")) {
            out.add(level + 1, variable.path("name").asText() + ":\t" + value(variable, container).replace("\n", "\n" + "  ".repeat(level + 1) + "\t"));
        }
    }

    private static String value(JsonNode variable, JsonNode container) {
        var from = variable.path("valueFrom");
        if (from.isMissingNode()) {
            return variable.path("value").asText("");
        }
        if (from.has("fieldRef")) {
            return " (" + from.path("fieldRef").path("apiVersion").asText("v1") + ":" + from.path("fieldRef").path("fieldPath").asText() + ")";
        }
        if (from.has("resourceFieldRef")) {
            return resource(from.path("resourceFieldRef"), container);
        }
        boolean map = from.has("configMapKeyRef");
        var reference = from.path(map ? "configMapKeyRef" : "secretKeyRef");
        return "<set to the key '" + reference.path("key").asText() + "' " + (map ? "of config map '" : "in secret '") + reference.path("name").asText() + "'>"
                + "  Optional: " + reference.path("optional").asBoolean();
    }

    /// Returns the container's request or limit, in units of the divisor, rounded up.
    private static String resource(JsonNode reference, JsonNode container) {
        var resource = reference.path("resource").asText();
        var amount = container.path("resources").path(resource.replaceAll("\\..*", "")).path(resource.replaceAll("^[^.]*\\.", ""));
        var divisor = Quantities.parse(reference.path("divisor").asText("0"));
        var value = amount.isMissingNode() ? BigDecimal.ZERO : Quantities.parse(amount.asText());
        return value.divide(divisor.signum() == 0 ? BigDecimal.ONE : divisor, 0, RoundingMode.CEILING).toBigInteger() + " (" + resource + ")";
    }
}
