package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `auth`: who one is to the server, and what one may do.
@Command(name = "auth", mixinStandardHelpOptions = true, description = "Ask what you may do.", synopsisSubcommandLabel = "COMMAND")
final class AuthCommand {

    private static final Set<String> VERBS = Set.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate",
            "escalate", "approve", "sign", "attest", "proxy", "*");

    @Command(name = "can-i", mixinStandardHelpOptions = true, description = "Ask whether something is allowed. Says yes or no; the exit status is 0 or 1.")
    int canI(@Mixin Connection connection, @Parameters(paramLabel = "VERB TYPE[/NAME] | VERB /PATH", arity = "0..3") List<String> question,
            @Option(names = "--list", description = "Show all that is allowed in the namespace.") boolean list,
            @Option(names = "--no-headers", description = "Without the first line.") boolean noHeaders,
            @Option(names = {"-A", "--all-namespaces"}, description = "In every namespace.") boolean everywhere,
            @Option(names = {"-q", "--quiet"}, description = "Only the exit status.") boolean quiet,
            @Option(names = "--subresource", paramLabel = "NAME", description = "Of this subresource, such as log or scale.") @Nullable String subresource) {
        if (list) {
            if (question != null && !question.isEmpty()) {
                throw new UsageException("list option must be specified with no arguments");
            }
            return list(connection, noHeaders);
        }
        if (question == null || question.size() < 2) {
            throw new UsageException("you must specify two arguments: verb resource or verb resource/resourceName.");
        }
        var verb = question.getFirst();
        if (!VERBS.contains(verb)) {
            System.err.println("Warning: verb '" + verb + "' is not a known verb");
        }
        var what = question.get(1) + (question.size() == 3 ? "/" + question.get(2) : "");
        var status = connection.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Map.of("apiVersion", "authorization.k8s.io/v1",
                "kind", "SelfSubjectAccessReview", "spec", what.startsWith("/") ? Map.of("nonResourceAttributes", Map.of("verb", verb, "path", what))
                        : Map.of("resourceAttributes", resource(connection, verb, what, everywhere, subresource)))).path("status");
        boolean allowed = status.path("allowed").asBoolean();
        if (!quiet) {
            System.out.println(allowed ? "yes" : "no" + explanation(status));
        }
        return allowed ? 0 : 1;
    }

    private static String explanation(JsonNode status) {
        var reason = status.path("reason").asText("");
        var error = status.path("evaluationError").asText("");
        return (reason.isEmpty() ? "" : " - " + reason) + (error.isEmpty() ? "" : " - " + error);
    }

    private static Map<String, String> resource(Connection connection, String verb, String what, boolean everywhere, @Nullable String subresource) {
        var parts = what.split("/", 2);
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("verb", verb);
        attributes.put("namespace", everywhere ? "" : connection.namespace());
        if (parts[0].equals("*")) {
            attributes.putAll(Map.of("group", "*", "resource", "*"));
        } else {
            try {
                var type = Kind.named(connection, parts[0]).type();
                attributes.putAll(Map.of("group", type.group(), "resource", type.plural()));
                if (!type.namespaced()) {
                    System.err.println("Warning: resource '" + type.plural() + "' is not namespace scoped" + (type.group().isEmpty() ? "" : " in group '" + type.group() + "'") + "\n");
                    attributes.put("namespace", "");
                }
            } catch (UsageException unknown) {
                System.err.println("Warning: the server doesn't have a resource type '" + parts[0] + "'\n");
                int dot = parts[0].indexOf('.');
                attributes.putAll(Map.of("group", dot < 0 ? "" : parts[0].substring(dot + 1), "resource", dot < 0 ? parts[0] : parts[0].substring(0, dot)));
            }
        }
        if (parts.length == 2) {
            attributes.put("name", parts[1]);
        }
        if (subresource != null) {
            attributes.put("subresource", subresource);
        }
        return attributes;
    }

    private static int list(Connection connection, boolean noHeaders) {
        var status = connection.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", Map.of("apiVersion", "authorization.k8s.io/v1",
                "kind", "SelfSubjectRulesReview", "spec", Map.of("namespace", connection.namespace()))).path("status");
        if (status.path("incomplete").asBoolean()) {
            var error = status.path("evaluationError").asText("");
            System.err.println("warning: the list may be incomplete" + (error.isEmpty() ? "" : ": " + error));
        }
        Columns.print(rules(status, noHeaders), System.out);
        return 0;
    }

    /// The rules as rows: one for each resource and set of names, one for each set of paths.
    static List<List<String>> rules(JsonNode status, boolean noHeaders) {
        var rows = new ArrayList<List<String>>();
        if (!noHeaders) {
            rows.add(List.of("Resources", "Non-Resource URLs", "Resource Names", "Verbs"));
        }
        var verbs = new LinkedHashMap<List<String>, Set<String>>();
        for (var rule : status.path("resourceRules")) {
            for (var group : rule.path("apiGroups")) {
                for (var resource : rule.path("resources")) {
                    var parts = resource.asText().split("/", 2);
                    var qualified = parts[0] + (group.asText().isEmpty() ? "" : "." + group.asText()) + (parts.length == 2 ? "/" + parts[1] : "");
                    var key = List.of(qualified, "[]", brackets(rule.path("resourceNames")));
                    rule.path("verbs").forEach(verb -> verbs.computeIfAbsent(key, absent -> new LinkedHashSet<>()).add(verb.asText()));
                }
            }
        }
        verbs.entrySet().stream().sorted(Map.Entry.comparingByKey((a, b) -> a.getFirst().compareTo(b.getFirst())))
                .forEach(entry -> rows.add(List.of(entry.getKey().get(0), entry.getKey().get(1), entry.getKey().get(2),
                        entry.getValue().stream().collect(Collectors.joining(" ", "[", "]")))));
        for (var rule : status.path("nonResourceRules")) {
            for (var url : rule.path("nonResourceURLs")) {
                rows.add(List.of("", "[" + url.asText() + "]", "[]", brackets(rule.path("verbs"))));
            }
        }
        return rows;
    }

    private static String brackets(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.joining(" ", "[", "]"));
    }
}
