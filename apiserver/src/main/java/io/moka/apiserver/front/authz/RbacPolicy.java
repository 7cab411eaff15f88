package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All roles and bindings, resolved to the rules of each subject and the namespaces they hold in. Immutable.
final class RbacPolicy {

    /// @param namespace   the namespace in which the rules hold; empty means everywhere
    /// @param missingRole the role's name when it does not exist; else empty
    /// @param reason      the reason that is given when these rules allow a request
    record Grant(String namespace, List<PolicyRule> rules, String missingRole, String reason) {

        boolean holdsIn(String where) {
            return namespace.isEmpty() || namespace.equals(where);
        }
    }

    private final Map<String, List<Grant>> users = new HashMap<>();
    private final Map<String, List<Grant>> groups = new HashMap<>();
    private final Map<String, List<PolicyRule>> clusterRoles = new HashMap<>();
    private final Map<String, List<PolicyRule>> roles = new HashMap<>();

    RbacPolicy(List<ObjectNode> clusterRoles, List<ObjectNode> roles, List<ObjectNode> clusterRoleBindings, List<ObjectNode> roleBindings) {
        clusterRoles.forEach(role -> this.clusterRoles.put(name(role), resolve(role, clusterRoles, new HashSet<>())));
        roles.forEach(role -> this.roles.put(namespace(role) + "/" + name(role), PolicyRule.listOf(role)));
        clusterRoleBindings.forEach(binding -> addBinding(binding, ""));
        roleBindings.forEach(binding -> addBinding(binding, namespace(binding)));
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asText();
    }

    /// Returns the rules of a role. An aggregated role has the rules of all roles that its selectors match, which may be aggregated too, and none of its own.
    private List<PolicyRule> resolve(ObjectNode role, List<ObjectNode> candidates, Set<String> visiting) {
        JsonNode selectors = role.path("aggregationRule").path("clusterRoleSelectors");
        if (selectors.isEmpty()) {
            return PolicyRule.listOf(role);
        }
        if (!visiting.add(name(role))) {
            return List.of();
        }
        Set<PolicyRule> rules = new LinkedHashSet<>();
        for (ObjectNode candidate : Aggregation.selected(selectors, candidates)) {
            rules.addAll(resolve(candidate, candidates, visiting));
        }
        visiting.remove(name(role));
        return List.copyOf(rules);
    }

    private void addBinding(ObjectNode binding, String namespace) {
        Grant unnamed = grant(binding.path("roleRef"), namespace);
        for (JsonNode subject : binding.path("subjects")) {
            String name = subject.path("name").asText();
            Grant grant = new Grant(unnamed.namespace(), unnamed.rules(), unnamed.missingRole(), reason(binding, subject, namespace));
            switch (subject.path("kind").asText()) {
                case "User" -> add(users, name, grant);
                case "Group" -> add(groups, name, grant);
                case "ServiceAccount" -> add(users, "system:serviceaccount:" + subject.path("namespace").asText(namespace) + ":" + name, grant);
                default -> { }
            }
        }
    }

    private static String reason(JsonNode binding, JsonNode subject, String namespace) {
        JsonNode role = binding.path("roleRef");
        String account = subject.path("kind").asText().equals("ServiceAccount") ? subject.path("namespace").asText() : "";
        return "RBAC: allowed by " + (namespace.isEmpty() ? "ClusterRoleBinding \"" + name(binding) : "RoleBinding \"" + name(binding) + "/" + namespace)
                + "\" of " + role.path("kind").asText() + " \"" + role.path("name").asText() + "\" to " + subject.path("kind").asText()
                + " \"" + subject.path("name").asText() + (account.isEmpty() ? "" : "/" + account) + "\"";
    }

    /// Returns the rules of a role, null when there is no such role.
    @Nullable List<PolicyRule> rulesOf(String kind, String namespace, String name) {
        return kind.equals("ClusterRole") ? clusterRoles.get(name) : roles.get(namespace + "/" + name);
    }

    private Grant grant(JsonNode reference, String namespace) {
        String name = reference.path("name").asText();
        boolean cluster = reference.path("kind").asText().equals("ClusterRole");
        List<PolicyRule> rules = cluster ? clusterRoles.get(name) : roles.get(namespace + "/" + name);
        if (rules == null) {
            return new Grant(namespace, List.of(), (cluster ? "clusterrole" : "role") + ".rbac.authorization.k8s.io \"" + name + "\" not found", "");
        }
        return new Grant(namespace, rules, "", "");
    }

    private static void add(Map<String, List<Grant>> grants, String subject, Grant grant) {
        grants.computeIfAbsent(subject, absent -> new ArrayList<>(1)).add(grant);
    }

    /// Returns a user's grants in a namespace, by name or through groups; an empty namespace gives the cluster-wide grants only.
    List<Grant> grantsOf(UserInfo user, String namespace) {
        List<Grant> found = new ArrayList<>();
        addMatching(users.get(user.name()), namespace, found);
        user.groups().forEach(group -> addMatching(groups.get(group), namespace, found));
        return found;
    }

    private static void addMatching(@Nullable List<Grant> grants, String namespace, List<Grant> found) {
        if (grants != null) {
            for (Grant grant : grants) {
                if (grant.holdsIn(namespace)) {
                    found.add(grant);
                }
            }
        }
    }
}
