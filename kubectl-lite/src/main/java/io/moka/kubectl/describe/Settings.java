package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;

/// ConfigMaps, Secrets, namespaces and the limits set for them.
final class Settings {

    private Settings() {
    }

    static Map<String, Describer> describers() {
        return Map.of("ConfigMap", Settings::configMap, "Secret", Settings::secret, "Namespace", Settings::namespace,
                "ResourceQuota", Settings::quota, "LimitRange", Settings::limits, "PriorityClass", Settings::priority);
    }

    private static void configMap(JsonNode map, Surroundings surroundings, Lines out) {
        Workloads.name(map, out);
        Workloads.labels(map, out);
        out.add(0, "\nData\n====");
        for (var key : Lines.keys(map.path("data"))) {
            out.add(0, key + ":\n----");
            out.add(0, map.path("data").get(key).asText() + "\n");
        }
        out.add(0, "\nBinaryData\n====");
        for (var key : Lines.keys(map.path("binaryData"))) {
            out.add(0, key + ": " + Base64.getDecoder().decode(map.path("binaryData").get(key).asText()).length + " bytes");
        }
        out.add(0, "");
        out.events(surroundings.events(map));
    }

    private static void secret(JsonNode secret, Surroundings surroundings, Lines out) {
        Workloads.name(secret, out);
        Workloads.labels(secret, out);
        out.add(0, "\nType:\t" + secret.path("type").asText());
        out.add(0, "\nData\n====");
        boolean token = secret.path("type").asText().equals("kubernetes.io/service-account-token");
        for (var key : Lines.keys(secret.path("data"))) {
            var value = Base64.getDecoder().decode(secret.path("data").get(key).asText());
            out.field(0, key, token && key.equals("token") ? new String(value, StandardCharsets.UTF_8) : value.length + " bytes");
        }
    }

    private static void namespace(JsonNode namespace, Surroundings surroundings, Lines out) {
        Workloads.name(namespace, out);
        Workloads.labels(namespace, out);
        out.field(0, "Status", namespace.path("status").path("phase").asText());
        if (!namespace.path("status").path("conditions").isEmpty()) {
            out.add(0, "Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage");
            out.add(1, "----\t------\t------------------\t------\t-------");
            namespace.path("status").path("conditions").forEach(c -> out.add(1, "%s\t%s\t%s\t%s\t%s", c.path("type").asText(), c.path("status").asText(),
                    Lines.date(c.path("lastTransitionTime")), c.path("reason").asText(""), c.path("message").asText("")));
        }
        var path = "/api/v1/namespaces/" + namespace.path("metadata").path("name").asText();
        var quotas = surroundings.list(path + "/resourcequotas", Map.of());
        if (quotas.isEmpty()) {
            out.add(0, "\nNo resource quota.");
        } else {
            out.add(0, "\nResource Quotas");
            quotas.forEach(quota -> {
                out.add(1, "Name:\t" + quota.path("metadata").path("name").asText());
                used(quota, 1, out);
            });
        }
        var limits = surroundings.list(path + "/limitranges", Map.of());
        if (limits.isEmpty()) {
            out.add(0, "\nNo LimitRange resource.");
        } else {
            out.add(0, "\nResource Limits");
            limitRows(limits.getFirst(), " ", out);
        }
    }

    private static void used(JsonNode quota, int level, Lines out) {
        out.add(level, "Resource\tUsed\tHard");
        out.add(level, "--------\t---\t---");
        for (var resource : Lines.keys(quota.path("status").path("hard"))) {
            out.add(level, resource + "\t" + quota.path("status").path("used").path(resource).asText("0") + "\t" + quota.path("status").path("hard").path(resource).asText());
        }
    }

    private static void quota(JsonNode quota, Surroundings surroundings, Lines out) {
        Workloads.name(quota, out);
        if (!quota.path("spec").path("scopes").isEmpty()) {
            out.field(0, "Scopes", Lines.join(quota.path("spec").path("scopes"), ", "));
        }
        out.add(0, "Resource\tUsed\tHard");
        out.add(0, "--------\t----\t----");
        for (var resource : Lines.keys(quota.path("status").path("hard"))) {
            out.add(0, resource + "\t" + quota.path("status").path("used").path(resource).asText("0") + "\t" + quota.path("status").path("hard").path(resource).asText());
        }
    }

    private static void limits(JsonNode range, Surroundings surroundings, Lines out) {
        Workloads.name(range, out);
        limitRows(range, "", out);
    }

    private static void limitRows(JsonNode range, String indent, Lines out) {
        out.add(0, indent + "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
        out.add(0, indent + "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
        for (var limit : range.path("spec").path("limits")) {
            var resources = new ArrayList<String>();
            for (var kind : new String[] {"max", "min", "default", "defaultRequest", "maxLimitRequestRatio"}) {
                Lines.keys(limit.path(kind)).stream().filter(key -> !resources.contains(key)).forEach(resources::add);
            }
            for (var resource : resources.stream().sorted().toList()) {
                out.add(0, indent + "%s\t%s\t%s\t%s\t%s\t%s\t%s", limit.path("type").asText(), resource, limit.path("min").path(resource).asText("-"), limit.path("max").path(resource).asText("-"),
                        limit.path("defaultRequest").path(resource).asText("-"), limit.path("default").path(resource).asText("-"), limit.path("maxLimitRequestRatio").path(resource).asText("-"));
            }
        }
    }

    private static void priority(JsonNode priority, Surroundings surroundings, Lines out) {
        out.field(0, "Name", priority.path("metadata").path("name").asText());
        out.field(0, "Value", priority.path("value").asText());
        out.field(0, "GlobalDefault", priority.path("globalDefault").asText("false"));
        out.field(0, "PreemptionPolicy", priority.path("preemptionPolicy").asText());
        out.field(0, "Description", priority.path("description").asText(""));
        out.annotations(0, priority.path("metadata").path("annotations"));
        out.events(surroundings.events(priority));
    }
}
