package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Validates roles and bindings.
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
        JsonNode rules = CheckedFields.list(role, "rules");
        for (int i = 0; i < rules.size(); i++) {
            checkRule(rules.get(i), namespaced, Path.ROOT.child("rules").index(i), causes);
        }
    }

    private static void checkRule(JsonNode rule, boolean namespaced, Path path, Causes causes) {
        if (CheckedFields.list(rule, "verbs").isEmpty()) {
            causes.required(path.child("verbs"), "verbs must contain at least one value");
        }
        JsonNode urls = CheckedFields.list(rule, "nonResourceURLs");
        boolean hasResources = !CheckedFields.list(rule, "apiGroups").isEmpty() || !CheckedFields.list(rule, "resources").isEmpty()
                || !CheckedFields.list(rule, "resourceNames").isEmpty();
        if (!urls.isEmpty()) {
            if (namespaced) {
                causes.invalid(path.child("nonResourceURLs"), urls, "namespaced rules cannot apply to non-resource URLs");
            }
            if (hasResources) {
                causes.invalid(path.child("nonResourceURLs"), urls, "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (CheckedFields.list(rule, "apiGroups").isEmpty()) {
            causes.required(path.child("apiGroups"), "resource rules must supply at least one api group");
        }
        if (CheckedFields.list(rule, "resources").isEmpty()) {
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
        String kind = CheckedFields.text(CheckedFields.object(binding, "roleRef"), "kind");
        if (!kinds.contains(kind)) {
            causes.notSupported(Path.ROOT.child("roleRef", "kind"), kind, kinds);
        }
        if (!CheckedFields.has(binding, "roleRef")) {
            causes.required(Path.ROOT.child("roleRef", "name"), "");
        }
        JsonNode subjects = CheckedFields.list(binding, "subjects");
        for (int i = 0; i < subjects.size(); i++) {
            checkSubject(subjects.get(i), namespaced, Path.ROOT.child("subjects").index(i), causes);
        }
    }

    private static void checkSubject(JsonNode subject, boolean namespaced, Path path, Causes causes) {
        String name = CheckedFields.text(subject, "name");
        if (name.isEmpty()) {
            causes.required(path.child("name"), "");
        }
        String kind = CheckedFields.text(subject, "kind");
        String group = CheckedFields.text(subject, "apiGroup");
        switch (kind) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    causes.invalidAll(path.child("name"), name, Names.dns1123Subdomain(name));
                }
                if (!group.isEmpty()) {
                    causes.notSupported(path.child("apiGroup"), group, List.of(""));
                }
                if (!namespaced && CheckedFields.text(subject, "namespace").isEmpty()) {
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
        if (!CheckedFields.same(updated.get("roleRef"), old.get("roleRef"))) {
            JsonNode role = CheckedFields.object(updated, "roleRef");
            causes.invalid(Path.ROOT.child("roleRef"), JsonNodeFactory.instance.objectNode().put("APIGroup", CheckedFields.text(role, "apiGroup"))
                    .put("Kind", CheckedFields.text(role, "kind")).put("Name", CheckedFields.text(role, "name")), "cannot change roleRef");
        }
    }
}
