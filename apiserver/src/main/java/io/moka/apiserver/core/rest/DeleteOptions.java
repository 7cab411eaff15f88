package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.StatusCause;
import java.util.List;

/// The options of a delete, from its body or its query.
///
/// @param gracePeriodSeconds   the grace period in seconds; negative when not given
/// @param preconditionUid      the required uid; empty when there is none, as is `preconditionRevision`
public record DeleteOptions(long gracePeriodSeconds, Propagation propagation, String preconditionUid, String preconditionRevision, boolean dryRun) {

    /// The deletion propagation policy: what happens to the dependents of the deleted object. `DEFAULT` leaves it to the kind.
    public enum Propagation { DEFAULT, BACKGROUND, FOREGROUND, ORPHAN }

    private static final String KIND = "DeleteOptions";

    /// The options of a delete that sets none.
    static final DeleteOptions DEFAULT = new DeleteOptions(-1, Propagation.DEFAULT, "", "", false);

    static DeleteOptions of(Exchange exchange) {
        ObjectNode body = exchange.body().length == 0 ? fromQuery(exchange) : BodyDecoder.object(exchange);
        if (!body.path("gracePeriodSeconds").isMissingNode() && !body.path("gracePeriodSeconds").isNull() && !body.path("gracePeriodSeconds").isIntegralNumber()) {
            throw ApiException.badRequest("DeleteOptions cannot be handled: gracePeriodSeconds is not a whole number");
        }
        boolean dryRun = WriteOptions.dryRun(exchange);
        for (JsonNode value : body.path("dryRun")) {
            WriteOptions.requireKnown(value.asText(), KIND);
            dryRun = true;
        }
        return new DeleteOptions(body.path("gracePeriodSeconds").asLong(-1), propagation(body),
                Json.text(body, "preconditions", "uid"), Json.text(body, "preconditions", "resourceVersion"), dryRun);
    }

    private static ObjectNode fromQuery(Exchange exchange) {
        ObjectNode options = Json.object();
        if (exchange.query().has("gracePeriodSeconds")) {
            options.put("gracePeriodSeconds", exchange.query().number("gracePeriodSeconds", -1));
        }
        if (exchange.query().has("propagationPolicy")) {
            options.put("propagationPolicy", exchange.query().get("propagationPolicy"));
        }
        if (exchange.query().has("orphanDependents")) {
            options.put("orphanDependents", exchange.query().flag("orphanDependents"));
        }
        return options;
    }

    private static Propagation propagation(ObjectNode options) {
        String policy = Json.text(options, "propagationPolicy");
        JsonNode orphans = options.path("orphanDependents");
        if (orphans.isBoolean() && !policy.isEmpty()) {
            throw invalid("FieldValueInvalid", "Invalid value: \"" + policy + "\": orphanDependents and deletionPropagation cannot be both set");
        }
        if (orphans.isBoolean()) {
            return orphans.booleanValue() ? Propagation.ORPHAN : Propagation.BACKGROUND;
        }
        return switch (policy) {
            case "" -> Propagation.DEFAULT;
            case "Background" -> Propagation.BACKGROUND;
            case "Foreground" -> Propagation.FOREGROUND;
            case "Orphan" -> Propagation.ORPHAN;
            default -> throw invalid("FieldValueNotSupported", "Unsupported value: \"" + policy + "\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"");
        };
    }

    private static ApiException invalid(String reason, String message) {
        return ApiException.invalid("meta.k8s.io", "DeleteOptions", "", "propagationPolicy: " + message, List.of(new StatusCause(reason, message, "propagationPolicy")));
    }

    /// Returns the caller of the delete, with these options for admission.
    Caller caller(UserInfo user) {
        return new Caller(user, dryRun, this::toJson);
    }

    private ObjectNode toJson() {
        ObjectNode options = Json.object();
        if (gracePeriodSeconds >= 0) {
            options.put("gracePeriodSeconds", gracePeriodSeconds);
        }
        if (!preconditionUid.isEmpty()) {
            Json.child(options, "preconditions").put("uid", preconditionUid);
        }
        if (!preconditionRevision.isEmpty()) {
            Json.child(options, "preconditions").put("resourceVersion", preconditionRevision);
        }
        switch (propagation) {
            case DEFAULT -> { }
            case BACKGROUND -> options.put("propagationPolicy", "Background");
            case FOREGROUND -> options.put("propagationPolicy", "Foreground");
            case ORPHAN -> options.put("propagationPolicy", "Orphan");
        }
        if (dryRun) {
            options.putArray("dryRun").add("All");
        }
        return options;
    }

    public void requirePreconditions(Target target, ObjectNode current) {
        if (!preconditionUid.isEmpty() && !preconditionUid.equals(Json.uid(current))) {
            throw target.conflict("Precondition failed: UID in precondition: " + preconditionUid + ", UID in object meta: " + Json.uid(current));
        }
        String revision = Json.text(current, "metadata", "resourceVersion");
        if (!preconditionRevision.isEmpty() && !preconditionRevision.equals(revision)) {
            throw target.conflict("Precondition failed: ResourceVersion in precondition: " + preconditionRevision + ", ResourceVersion in object meta: " + revision);
        }
    }
}
