package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns of roles, bindings, accounts and certificates.
final class AccessColumns {

    private AccessColumns() {
    }

    static @Nullable List<Column> of(String kind) {
        return switch (kind) {
            case "rbac.authorization.k8s.io/v1/Role" -> List.of(Columns.NAME, Columns.CREATED_AT);
            case "rbac.authorization.k8s.io/v1/ClusterRole" -> List.of(Columns.NAME, Columns.CREATED_AT);
            case "rbac.authorization.k8s.io/v1/RoleBinding" -> binding();
            case "rbac.authorization.k8s.io/v1/ClusterRoleBinding" -> binding();
            case "v1/ServiceAccount" -> List.of(
                    Columns.NAME,
                    Column.number("Secrets", o -> o.path("secrets").size()),
                    Columns.AGE);
            case "certificates.k8s.io/v1/CertificateSigningRequest" -> List.of(
                    Columns.NAME,
                    Columns.AGE,
                    Column.path("SignerName", "spec.signerName", Cells.NONE),
                    Column.path("Requestor", "spec.username", ""),
                    Column.of("RequestedDuration", AccessColumns::duration),
                    Column.of("Condition", AccessColumns::condition));
            case "flowcontrol.apiserver.k8s.io/v1/FlowSchema" -> List.of(
                    Columns.NAME,
                    Column.path("PriorityLevel", "spec.priorityLevelConfiguration.name", Cells.NONE),
                    Column.path("MatchingPrecedence", "spec.matchingPrecedence", ""),
                    Column.path("DistinguisherMethod", "spec.distinguisherMethod.type", Cells.NONE),
                    Columns.AGE,
                    Column.of("MissingPL", AccessColumns::dangling));
            case "flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration" -> List.of(
                    Columns.NAME,
                    Column.path("Type", "spec.type", ""),
                    Column.path("NominalConcurrencyShares", "spec.limited.nominalConcurrencyShares", Cells.NONE),
                    Column.path("Queues", "spec.limited.limitResponse.queuing.queues", Cells.NONE),
                    Column.path("HandSize", "spec.limited.limitResponse.queuing.handSize", Cells.NONE),
                    Column.path("QueueLengthLimit", "spec.limited.limitResponse.queuing.queueLengthLimit", Cells.NONE),
                    Columns.AGE);
            default -> null;
        };
    }

    private static String dangling(JsonNode schema) {
        for (JsonNode condition : schema.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Dangling")) {
                return condition.path("status").asText();
            }
        }
        return "?";
    }

    private static List<Column> binding() {
        return List.of(
                Columns.NAME,
                Column.of("Role", o -> o.path("roleRef").path("kind").asText() + "/" + o.path("roleRef").path("name").asText()),
                Columns.AGE,
                Column.of("Users", o -> subjects(o, "User")).inWide(),
                Column.of("Groups", o -> subjects(o, "Group")).inWide(),
                Column.of("ServiceAccounts", o -> subjects(o, "ServiceAccount")).inWide());
    }

    private static String subjects(JsonNode binding, String kind) {
        List<String> found = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            if (subject.path("kind").asText().equals(kind)) {
                String namespace = subject.path("namespace").asText();
                found.add(namespace.isEmpty() ? subject.path("name").asText() : namespace + "/" + subject.path("name").asText());
            }
        }
        return String.join(", ", found);
    }

    private static String duration(JsonNode request) {
        JsonNode seconds = request.path("spec").path("expirationSeconds");
        return seconds.isNumber() ? Cells.humanDuration(java.time.Duration.ofSeconds(seconds.asLong())) : Cells.NONE;
    }

    private static String condition(JsonNode request) {
        List<String> found = new ArrayList<>();
        boolean failed = false;
        for (JsonNode condition : request.path("status").path("conditions")) {
            failed |= condition.path("type").asText().equals("Failed");
            found.add(condition.path("type").asText());
        }
        if (found.isEmpty()) {
            return "Pending";
        }
        if (!failed && !request.path("status").path("certificate").asText().isEmpty()) {
            found.add("Issued");
        }
        return String.join(",", found);
    }
}
