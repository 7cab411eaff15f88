package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Service accounts, roles and bindings.
final class Access {

    private Access() {
    }

    static Map<String, Describer> describers() {
        return Map.of("ServiceAccount", Access::account, "Role", Access::role, "ClusterRole", Access::role, "RoleBinding", Access::binding, "ClusterRoleBinding", Access::binding);
    }

    private static void account(JsonNode account, Surroundings surroundings, Lines out) {
        Workloads.name(account, out);
        Workloads.labels(account, out);
        names("Image pull secrets", account.path("imagePullSecrets"), out);
        names("Mountable secrets", account.path("secrets"), out);
        var tokens = new ArrayList<String>();
        var namespace = account.path("metadata").path("namespace").asText();
        for (var secret : surroundings.list("/api/v1/namespaces/" + namespace + "/secrets", Map.of("fieldSelector", "type=kubernetes.io/service-account-token"))) {
            if (secret.path("metadata").path("annotations").path("kubernetes.io/service-account.name").asText("").equals(account.path("metadata").path("name").asText())) {
                tokens.add(secret.path("metadata").path("name").asText());
            }
        }
        column("Tokens", tokens, out);
        out.events(surroundings.events(account));
    }

    private static void names(String label, JsonNode references, Lines out) {
        var names = new ArrayList<String>();
        references.forEach(reference -> names.add(reference.path("name").asText()));
        column(label, names, out);
    }

    private static void column(String label, ArrayList<String> names, Lines out) {
        if (names.isEmpty()) {
            out.field(0, label, "<none>");
        }
        var prefix = label + ":";
        for (var name : names) {
            out.add(0, prefix + "\t" + name);
            prefix = "";
        }
    }

    private static void role(JsonNode role, Surroundings surroundings, Lines out) {
        out.field(0, "Name", role.path("metadata").path("name").asText());
        Workloads.labels(role, out);
        out.add(0, "PolicyRule:");
        out.add(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
        out.add(1, "---------\t-----------------\t--------------\t-----");
        // Verbs of the same resource are put together over all rules; rows are in upstream's order: by verbs, groups, resources.
        var verbs = new LinkedHashMap<Target, LinkedHashSet<String>>();
        for (var rule : role.path("rules")) {
            targets(rule).forEach(target -> rule.path("verbs").forEach(verb -> verbs.computeIfAbsent(target, t -> new LinkedHashSet<>()).add(verb.asText())));
        }
        var rows = new TreeMap<String, String>();
        verbs.forEach((target, all) -> {
            var list = "[" + String.join(" ", all) + "]";
            rows.put(list + "[" + target.group + "][" + target.resource + "]" + target.url + target.name, target.row() + "\t" + list);
        });
        rows.values().forEach(row -> out.add(1, row));
    }

    /// One row's left side: a resource, perhaps by name, or a URL.
    private record Target(String group, String resource, String name, String url) {

        String row() {
            int slash = resource.indexOf('/');
            var plural = slash < 0 ? resource : resource.substring(0, slash);
            return plural + (group.isEmpty() ? "" : "." + group) + resource.substring(plural.length()) + "\t[" + url + "]\t[" + name + "]";
        }
    }

    private static List<Target> targets(JsonNode rule) {
        var targets = new ArrayList<Target>();
        rule.path("nonResourceURLs").forEach(url -> targets.add(new Target("", "", "", url.asText())));
        for (var group : rule.path("apiGroups")) {
            for (var resource : rule.path("resources")) {
                if (rule.path("resourceNames").isEmpty()) {
                    targets.add(new Target(group.asText(), resource.asText(), "", ""));
                }
                rule.path("resourceNames").forEach(only -> targets.add(new Target(group.asText(), resource.asText(), only.asText(), "")));
            }
        }
        return targets;
    }

    private static void binding(JsonNode binding, Surroundings surroundings, Lines out) {
        out.field(0, "Name", binding.path("metadata").path("name").asText());
        Workloads.labels(binding, out);
        out.add(0, "Role:");
        out.field(1, "Kind", binding.path("roleRef").path("kind").asText());
        out.field(1, "Name", binding.path("roleRef").path("name").asText());
        out.add(0, "Subjects:");
        out.add(1, "Kind\tName\tNamespace");
        out.add(1, "----\t----\t---------");
        binding.path("subjects").forEach(subject -> out.add(1, "%s\t%s\t%s", subject.path("kind").asText(), subject.path("name").asText(), subject.path("namespace").asText("")));
    }
}
