package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Rules for roles and bindings.
final class RbacRules {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private RbacRules() {
    }

    static void role(ObjectNode role, Path path, Causes causes) {
        checkRules(role, true, causes);
    }

    static void clusterRole(ObjectNode role, Path path, Causes causes) {
        checkRules(role, false, causes);
    }

    private static void checkRules(ObjectNode role, boolean namespaced, Causes causes) {
        JsonNode rules = Json.list(role, "rules");
        for (int i = 0; i < rules.size(); i++) {
            checkRule(rules.get(i), namespaced, Path.ROOT.child("rules").index(i), causes);
        }
    }

    private static void checkRule(JsonNode rule, boolean namespaced, Path path, Causes causes) {
        if (Json.list(rule, "verbs").isEmpty()) {
            causes.required(path.child("verbs"), "verbs must contain at least one value");
        }
        JsonNode urls = Json.list(rule, "nonResourceURLs");
        boolean hasResources = !Json.list(rule, "apiGroups").isEmpty() || !Json.list(rule, "resources").isEmpty()
                || !Json.list(rule, "resourceNames").isEmpty();
        if (!urls.isEmpty()) {
            if (namespaced) {
                causes.invalid(path.child("nonResourceURLs"), urls, "namespaced rules cannot apply to non-resource URLs");
            }
            if (hasResources) {
                causes.invalid(path.child("nonResourceURLs"), urls, "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (Json.list(rule, "apiGroups").isEmpty()) {
            causes.required(path.child("apiGroups"), "resource rules must supply at least one api group");
        }
        if (Json.list(rule, "resources").isEmpty()) {
            causes.required(path.child("resources"), "resource rules must supply at least one resource");
        }
    }

    static void roleBinding(ObjectNode binding, Path path, Causes causes) {
        checkBinding(binding, true, List.of("Role", "ClusterRole"), causes);
    }

    static void clusterRoleBinding(ObjectNode binding, Path path, Causes causes) {
        checkBinding(binding, false, List.of("ClusterRole"), causes);
    }

    private static void checkBinding(ObjectNode binding, boolean namespaced, List<String> kinds, Causes causes) {
        String kind = Json.text(Json.object(binding, "roleRef"), "kind");
        if (!kinds.contains(kind)) {
            causes.notSupported(Path.ROOT.child("roleRef", "kind"), kind, kinds);
        }
        if (!Json.has(binding, "roleRef")) {
            causes.required(Path.ROOT.child("roleRef", "name"), "");
        }
        JsonNode subjects = Json.list(binding, "subjects");
        for (int i = 0; i < subjects.size(); i++) {
            checkSubject(subjects.get(i), namespaced, Path.ROOT.child("subjects").index(i), causes);
        }
    }

    private static void checkSubject(JsonNode subject, boolean namespaced, Path path, Causes causes) {
        String name = Json.text(subject, "name");
        if (name.isEmpty()) {
            causes.required(path.child("name"), "");
        }
        String kind = Json.text(subject, "kind");
        String group = Json.text(subject, "apiGroup");
        switch (kind) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    causes.invalidAll(path.child("name"), name, Names.dns1123Subdomain(name));
                }
                if (!group.isEmpty()) {
                    causes.notSupported(path.child("apiGroup"), group, List.of(""));
                }
                if (!namespaced && Json.text(subject, "namespace").isEmpty()) {
                    causes.required(path.child("namespace"), "");
                }
            }
            case "User", "Group" -> {
                if (!group.equals(GROUP)) {
                    causes.notSupported(path.child("apiGroup"), group, List.of(GROUP));
                }
            }
            default -> causes.notSupported(path.child("kind"), kind, List.of("ServiceAccount", "User", "Group"));
        }
    }

    static void checkBindingUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        if (!Json.same(updated.get("roleRef"), old.get("roleRef"))) {
            JsonNode role = Json.object(updated, "roleRef");
            causes.invalid(Path.ROOT.child("roleRef"), JsonNodeFactory.instance.objectNode().put("APIGroup", Json.text(role, "apiGroup"))
                    .put("Kind", Json.text(role, "kind")).put("Name", Json.text(role, "name")), "cannot change roleRef");
        }
    }
}
