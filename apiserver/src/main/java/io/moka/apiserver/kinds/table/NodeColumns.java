package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Conditions;
import java.util.List;
import java.util.TreeSet;

/// The columns of nodes.
final class NodeColumns {

    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

    private NodeColumns() {
    }

    static List<Column> columns() {
        return List.of(
                Columns.NAME,
                Column.of("Status", NodeColumns::status),
                Column.of("Roles", NodeColumns::roles),
                Columns.AGE,
                Column.path("Version", "status.nodeInfo.kubeletVersion", ""),
                Column.of("Internal-IP", node -> address(node, "InternalIP")).inWide(),
                Column.of("External-IP", node -> address(node, "ExternalIP")).inWide(),
                Column.path("OS-Image", "status.nodeInfo.osImage", "<unknown>").inWide(),
                Column.path("Kernel-Version", "status.nodeInfo.kernelVersion", "<unknown>").inWide(),
                Column.path("Container-Runtime", "status.nodeInfo.containerRuntimeVersion", "<unknown>").inWide());
    }

    private static String status(JsonNode node) {
        String status = Conditions.find(node, "Ready").isMissingNode() ? "Unknown" : Conditions.isTrue(node, "Ready") ? "Ready" : "NotReady";
        return node.path("spec").path("unschedulable").asBoolean() ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        node.path("metadata").path("labels").properties().forEach(label -> {
            if (label.getKey().startsWith(ROLE_PREFIX) && label.getKey().length() > ROLE_PREFIX.length()) {
                roles.add(label.getKey().substring(ROLE_PREFIX.length()));
            } else if (label.getKey().equals("kubernetes.io/role") && !label.getValue().asText().isEmpty()) {
                roles.add(label.getValue().asText());
            }
        });
        return roles.isEmpty() ? Cells.NONE : String.join(",", roles);
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals(type)) {
                return address.path("address").asText();
            }
        }
        return Cells.NONE;
    }
}
