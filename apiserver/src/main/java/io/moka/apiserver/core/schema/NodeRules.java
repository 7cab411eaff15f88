package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Validates nodes.
final class NodeRules {

    private static final Path SPEC = Path.ROOT.child("spec");

    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private NodeRules() {
    }

    /// Validates a node. As with upstream, errors in the spec's taints name a field of the metadata.
    static void node(ObjectNode node, Path path, Causes causes) {
        JsonNode spec = CheckedFields.object(node, "spec");
        JsonNode taints = CheckedFields.list(spec, "taints");
        Set<String> seen = new HashSet<>(0);
        for (int i = 0; i < taints.size(); i++) {
            checkTaint(taints.get(i), path.child("metadata", "taints").index(i), seen, causes);
        }
        checkRanges(CheckedFields.list(spec, "podCIDRs"), path.child("spec", "podCIDRs"), causes);
    }

    private static void checkTaint(JsonNode taint, Path path, Set<String> seen, Causes causes) {
        String key = CheckedFields.text(taint, "key");
        String effect = CheckedFields.text(taint, "effect");
        causes.invalidAll(path.child("key"), key, Names.qualifiedName(key));
        PodRules.joined(path.child("value"), CheckedFields.text(taint, "value"), causes);
        if (effect.isEmpty()) {
            causes.required(path.child("effect"), "");
        } else if (!EFFECTS.contains(effect)) {
            causes.notSupported(path.child("effect"), effect, EFFECTS);
        }
        if (!seen.add(key + ":" + effect)) {
            causes.duplicate(path, upstreamForm(taint), "taints must be unique by key and effect pair");
        }
    }

    private static ObjectNode upstreamForm(JsonNode taint) {
        ObjectNode form = JsonNodeFactory.instance.objectNode().put("Key", CheckedFields.text(taint, "key")).put("Value", CheckedFields.text(taint, "value"));
        form.put("Effect", CheckedFields.text(taint, "effect")).set("TimeAdded", taint.get("timeAdded"));
        return form;
    }

    private static void checkRanges(JsonNode ranges, Path path, Causes causes) {
        Set<JsonNode> seen = new HashSet<>(0);
        for (int i = 0; i < ranges.size(); i++) {
            causes.invalidAll(path.index(i), ranges.get(i).asText(), Format.CIDR.check(ranges.get(i).asText()));
            if (!seen.add(ranges.get(i))) {
                causes.duplicate(path.index(i), ranges.get(i));
            }
        }
        if (ranges.size() > 2 || ranges.size() == 2 && ranges.get(0).asText().contains(":") == ranges.get(1).asText().contains(":")) {
            causes.invalid(path, ranges, "may specify no more than one CIDR for each IP family");
        }
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = CheckedFields.object(updated, "spec");
        JsonNode before = CheckedFields.object(old, "spec");
        if (!CheckedFields.isEmpty(before.get("podCIDRs")) && !CheckedFields.same(before.get("podCIDRs"), after.get("podCIDRs"))) {
            causes.forbidden(SPEC.child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        if (!CheckedFields.isEmpty(before.get("providerID")) && !CheckedFields.same(before.get("providerID"), after.get("providerID"))) {
            causes.forbidden(SPEC.child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }
    }
}
