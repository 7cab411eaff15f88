package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import java.util.List;

/// Prevents privilege escalation: users may grant only permissions that they have, both when they write a role and when they bind one, unless
/// they have the verb `escalate` or `bind`.
public final class Escalation {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<PolicyRule> EVERYTHING = List.of(
            new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
            new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    private final RbacAuthorizer roles;
    private final Authorizer authorizer;

    public Escalation(RbacAuthorizer roles, Authorizer authorizer) {
        this.roles = roles;
        this.authorizer = authorizer;
    }

    /// Whether the role or binding may be written.
    public sealed interface Verdict {
        record Permitted() implements Verdict {}

        record Refused(String why) implements Verdict {}

        /// The role that the binding refers to does not exist.
        record NoSuchRole(String plural, String name) implements Verdict {}
    }

    /// @param aggregates whether the role is aggregated, before or after the write
    public Verdict ofRole(UserInfo user, String plural, String namespace, ObjectNode role, boolean aggregates) {
        if (user.inGroup(PrivilegedGroup.MASTERS) || mayBy(user, "escalate", plural, namespace, Json.name(role))) {
            return new Verdict.Permitted();
        }
        List<PolicyRule> held = roles.held(user, namespace);
        if (aggregates && !RuleCoverage.missing(held, EVERYTHING).isEmpty()) {
            return new Verdict.Refused("must have cluster-admin privileges to use an aggregationRule");
        }
        return covered(user, held, PolicyRule.listOf(role));
    }

    public Verdict ofBinding(UserInfo user, String namespace, ObjectNode binding) {
        String kind = Json.text(binding, "roleRef", "kind");
        String name = Json.text(binding, "roleRef", "name");
        String plural = kind.equals("ClusterRole") ? "clusterroles" : "roles";
        if (user.inGroup(PrivilegedGroup.MASTERS) || mayBy(user, "bind", plural, namespace, name)) {
            return new Verdict.Permitted();
        }
        List<PolicyRule> given = roles.rulesOfRole(kind, namespace, name);
        return given == null ? new Verdict.NoSuchRole(plural, name) : covered(user, roles.held(user, namespace), given);
    }

    private boolean mayBy(UserInfo user, String verb, String plural, String namespace, String name) {
        var asked = new Attributes(user, verb, GROUP, "v1", plural, "", namespace, name, true, "");
        return authorizer.authorize(asked) instanceof Decision.Allow;
    }

    private static Verdict covered(UserInfo user, List<PolicyRule> held, List<PolicyRule> given) {
        List<String> missing = RuleCoverage.missing(held, given);
        return missing.isEmpty() ? new Verdict.Permitted() : new Verdict.Refused("user \"" + user.name() + "\" (groups=" + RuleCoverage.quoted(user.groups())
                + ") is attempting to grant RBAC permissions not currently held:\n" + String.join("\n", missing));
    }
}
