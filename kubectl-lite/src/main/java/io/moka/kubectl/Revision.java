package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.PatchType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One revision in the history of a deployment (one of its ReplicaSets), or of a daemon set or stateful set (one of its ControllerRevisions).
///
/// @param keeper the object that keeps the revision
record Revision(long number, JsonNode keeper) {

    private static final String NUMBER = "deployment.kubernetes.io/revision";
    private static final String CAUSE = "kubernetes.io/change-cause";
    /// Annotations of a deployment that are about itself and do not go back with a revision.
    private static final Set<String> OWN_ANNOTATIONS = Set.of(LastApplied.ANNOTATION, NUMBER, "deployment.kubernetes.io/revision-history",
            "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.to");

    /// The history of an object, oldest revision first.
    ///
    /// @throws UsageException for kinds without one
    static List<Revision> of(Connection connection, Selection.Item item, JsonNode object) {
        var plural = switch (item.kind().type().kind()) {
            case "Deployment" -> "replicasets.apps";
            case "DaemonSet", "StatefulSet" -> "controllerrevisions.apps";
            default -> throw new UsageException("no history viewer has been implemented for \"" + item.kind().type().kind() + "\"");
        };
        var uid = object.path("metadata").path("uid").asText();
        return Output.items(connection.get(Kind.named(connection, plural).path(item.namespace()))).stream().filter(keeper -> isOwnedBy(keeper, uid))
                .map(keeper -> new Revision(number(keeper), keeper)).sorted(Comparator.comparingLong(Revision::number)).toList();
    }

    private static boolean isOwnedBy(JsonNode keeper, String uid) {
        for (var owner : keeper.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean() && owner.path("uid").asText().equals(uid)) {
                return true;
            }
        }
        return false;
    }

    private static long number(JsonNode keeper) {
        return keeper.has("revision") ? keeper.path("revision").asLong() : keeper.path("metadata").path("annotations").path(NUMBER).asLong();
    }

    String cause() {
        var cause = keeper.path("metadata").path("annotations").path(CAUSE).asText("");
        return cause.isEmpty() ? "<none>" : cause;
    }

    private boolean isControllerRevision() {
        return keeper.has("data");
    }

    /// The pod template as of then, as the object's own template would have it.
    ObjectNode template() {
        if (!isControllerRevision()) {
            return templateOfDeployment();
        }
        var template = ((ObjectNode) keeper.path("data").path("spec").path("template")).deepCopy();
        template.remove("$patch");
        return template;
    }

    /// Applies the revision to the object it belongs to.
    void restore(Connection connection, Selection.Item item, JsonNode object) {
        if (isControllerRevision()) {
            connection.patch(item.path(), PatchType.STRATEGIC, keeper.path("data"));
            return;
        }
        var annotations = JsonNodeFactory.instance.objectNode();
        object.path("metadata").path("annotations").properties().stream().filter(entry -> OWN_ANNOTATIONS.contains(entry.getKey()))
                .forEach(entry -> annotations.set(entry.getKey(), entry.getValue()));
        keeper.path("metadata").path("annotations").properties().stream().filter(entry -> !OWN_ANNOTATIONS.contains(entry.getKey()))
                .forEach(entry -> annotations.set(entry.getKey(), entry.getValue()));
        connection.patch(item.path(), PatchType.JSON, List.of(Map.of("op", "replace", "path", "/spec/template", "value", templateOfDeployment()),
                Map.of("op", object.path("metadata").has("annotations") ? "replace" : "add", "path", "/metadata/annotations", "value", annotations)));
    }

    private ObjectNode templateOfDeployment() {
        var template = ((ObjectNode) keeper.path("spec").path("template")).deepCopy();
        if (template.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove("pod-template-hash");
        }
        return template;
    }

    /// Whether the object has this template already.
    boolean matches(JsonNode object) {
        var now = object.path("spec").path("template");
        return template().equals(now);
    }
}
