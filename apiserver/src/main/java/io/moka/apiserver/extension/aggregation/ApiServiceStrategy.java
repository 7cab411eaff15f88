package io.moka.apiserver.extension.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import io.moka.apiserver.core.strategy.KeptMetadata;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.List;

/// Validates APIServices.
public final class ApiServiceStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.ROOT.child("spec");

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        KeptMetadata.restore(updated, current);
    }

    @Override
    public List<Cause> validateCreate(ObjectNode object) {
        Problems problems = new Problems();
        check(object, problems);
        return problems.found();
    }

    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        return validateCreate(updated);
    }

    private static void check(ObjectNode object, Problems problems) {
        JsonNode spec = object.path("spec");
        String wanted = Json.text(spec, "version") + "." + Json.text(spec, "group");
        if (!Json.name(object).equals(wanted)) {
            problems.invalid("metadata.name", Json.name(object), "must be `spec.version+\".\"+spec.group`: \"" + wanted + "\"");
        }
        if (Json.text(spec, "version").isEmpty()) {
            problems.required(SPEC.child("version"), "");
        }
        if (!spec.path("service").isObject()) {
            if (spec.has("caBundle") || spec.path("insecureSkipTLSVerify").asBoolean()) {
                problems.invalid(SPEC.child(spec.has("caBundle") ? "caBundle" : "insecureSkipTLSVerify"), "", "local APIServices may not have a caBundle or insecureSkipTLSVerify");
            }
            return;
        }
        if (Json.text(spec, "group").isEmpty()) {
            problems.required(SPEC.child("group"), "only v1 may have an empty group and it better be legacy kube");
        }
        for (String field : List.of("namespace", "name")) {
            if (Json.text(spec, "service", field).isEmpty()) {
                problems.required(SPEC.child("service").child(field), "");
            }
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean() && spec.has("caBundle")) {
            problems.invalid(SPEC.child("insecureSkipTLSVerify"), spec.get("insecureSkipTLSVerify"), "may not be true if caBundle is present");
        }
    }
}
