package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Authorises requests by role-based access control, as upstream's `rbac` authorizer.
///
/// It allows or has no opinion; it never denies. Safe for all threads.
public final class RbacAuthorizer implements Authorizer {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private record Resolved(List<Long> revisions, RbacPolicy policy) {
    }

    private final ObjectReader objects;
    private final List<ResourceType> types;
    private volatile @Nullable Resolved resolved;

    public RbacAuthorizer(Catalog catalog, ObjectReader objects) {
        this.objects = objects;
        this.types = List.of(catalog.get(GROUP, "v1", "clusterroles"), catalog.get(GROUP, "v1", "roles"),
                catalog.get(GROUP, "v1", "clusterrolebindings"), catalog.get(GROUP, "v1", "rolebindings"));
    }

    @Override
    public Decision authorize(Attributes request) {
        List<RbacPolicy.Grant> grants = policy().grantsOf(request.user(), request.resourceRequest() ? request.namespace() : "");
        StringBuilder missing = new StringBuilder();
        for (RbacPolicy.Grant grant : grants) {
            for (PolicyRule rule : grant.rules()) {
                if (rule.allows(request)) {
                    return new Decision.Allow(grant.reason());
                }
            }
            if (!grant.missingRole().isEmpty()) {
                missing.append(missing.isEmpty() ? "RBAC: " : ", ").append(grant.missingRole());
            }
        }
        return new Decision.NoOpinion(missing.toString());
    }

    /// Returns a user's permissions in a namespace, as the `status` of a SelfSubjectRulesReview.
    public ObjectNode rulesOf(UserInfo user, String namespace) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        ArrayNode resourceRules = status.putArray("resourceRules");
        ArrayNode urlRules = status.putArray("nonResourceRules");
        for (PolicyRule rule : allRules(user, namespace)) {
            ObjectNode entry = JsonNodeFactory.instance.objectNode();
            addAll(entry.putArray("verbs"), rule.verbs());
            if (rule.nonResourceUrls().isEmpty()) {
                addAll(entry.putArray("apiGroups"), rule.apiGroups());
                addAll(entry.putArray("resources"), rule.resources());
                if (!rule.resourceNames().isEmpty()) {
                    addAll(entry.putArray("resourceNames"), rule.resourceNames());
                }
                resourceRules.add(entry);
            } else {
                addAll(entry.putArray("nonResourceURLs"), rule.nonResourceUrls());
                urlRules.add(entry);
            }
        }
        status.put("incomplete", false);
        return status;
    }

    private List<PolicyRule> allRules(UserInfo user, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        if (user.inGroup(PrivilegedGroup.MASTERS)) {
            rules.add(new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()));
            rules.add(new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));
        }
        policy().grantsOf(user, namespace).forEach(grant -> rules.addAll(grant.rules()));
        return rules.stream().distinct().toList();
    }

    /// Returns all rules that hold for a user in a namespace; an empty namespace gives the cluster-wide rules only.
    List<PolicyRule> held(UserInfo user, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        policy().grantsOf(user, namespace).forEach(grant -> rules.addAll(grant.rules()));
        return rules;
    }

    /// Returns the rules of the role that a binding refers to, null when there is no such role.
    @Nullable List<PolicyRule> rulesOfRole(String kind, String namespace, String name) {
        return policy().rulesOf(kind, namespace, name);
    }

    private static void addAll(ArrayNode target, List<String> values) {
        values.forEach(target::add);
    }

    private RbacPolicy policy() {
        List<Long> revisions = types.stream().map(objects::revision).toList();
        Resolved known = resolved;
        if (known == null || !known.revisions().equals(revisions)) {
            known = new Resolved(revisions, new RbacPolicy(objects.list(types.get(0), ""), objects.list(types.get(1), ""),
                    objects.list(types.get(2), ""), objects.list(types.get(3), "")));
            resolved = known;
        }
        return known.policy();
    }
}
