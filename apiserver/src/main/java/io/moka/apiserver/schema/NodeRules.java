package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/// Rules for nodes.
final class NodeRules {

    private static final Path SPEC = Path.ROOT.child("spec");

    private NodeRules() {
    }

    static void nodeSpec(ObjectNode spec, Path path, Causes causes) {
        Set<String> seen = new HashSet<>();
        JsonNode taints = Json.list(spec, "taints");
        for (int i = 0; i < taints.size(); i++) {
            if (!seen.add(Json.text(taints.get(i), "key") + ":" + Json.text(taints.get(i), "effect"))) {
                causes.duplicate(path.child("taints").index(i), taints.get(i));
            }
        }
        JsonNode cidrs = Json.list(spec, "podCIDRs");
        for (int i = 0; i < cidrs.size(); i++) {
            causes.invalidAll(path.child("podCIDRs").index(i), cidrs.get(i).asText(), Format.CIDR.check(cidrs.get(i).asText()));
        }
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.object(updated, "spec");
        JsonNode before = Json.object(old, "spec");
        if (!Json.isEmpty(before.get("podCIDRs")) && !Json.same(before.get("podCIDRs"), after.get("podCIDRs"))) {
            causes.forbidden(SPEC.child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        if (!Json.isEmpty(before.get("providerID")) && !Json.same(before.get("providerID"), after.get("providerID"))) {
            causes.forbidden(SPEC.child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }
    }
}
