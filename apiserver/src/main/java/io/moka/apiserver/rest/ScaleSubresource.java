package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.rest.ObjectStorage.Change;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import java.util.ArrayList;
import java.util.List;

/// `scale`: the number of replicas of anything that has one, as an `autoscaling/v1 Scale`.
final class ScaleSubresource implements Subresource {
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final Registry registry;
    private final ObjectStorage storage;
    private final UpdateRules rules;
    private final Intake intake;

    ScaleSubresource(Registry registry, ObjectStorage storage, UpdateRules rules, Intake intake) {
        this.registry = registry;
        this.storage = storage;
        this.rules = rules;
        this.intake = intake;
    }

    @Override
    public void handle(Exchange exchange, Target target) {
        switch (exchange.info().verb()) {
            case "get" -> exchange.answer(200, read(target));
            case "update" -> {
                ObjectNode sent = intake.read(exchange, SCALE);
                exchange.answer(200, write(exchange, target, current -> sent));
            }
            case "patch" -> {
                PatchVerb.Patch patch = PatchVerb.Patch.read(exchange);
                exchange.answer(200, write(exchange, target, current -> {
                    ObjectNode patched = patch.applyTo(scale(current), intake.schema(SCALE));
                    intake.acceptPatched(exchange, SCALE, patched, patch.document());
                    return patched;
                }));
            }
            default -> throw ResourceHandler.notAllowed();
        }
    }

    private ObjectNode read(Target target) {
        registry.caches().awaitFresh();
        ObjectNode found = registry.caches().get(target.type(), target.namespace(), target.name());
        if (found == null) {
            throw target.notFound();
        }
        return scale(found);
    }

    private interface Wanted {
        ObjectNode scale(ObjectNode current);
    }

    private ObjectNode write(Exchange exchange, Target target, Wanted wanted) {
        boolean dryRun = WriteOptions.dryRun(exchange);
        Target whole = new Target(target.type(), target.namespace(), target.name(), "");
        byte[] written = storage.update(whole, dryRun, current -> {
            ObjectNode scale = wanted.scale(current.object());
            UpdateRules.requireName(target, scale);
            String version = Json.text(scale, "metadata", "resourceVersion");
            if (!version.isEmpty() && !version.equals(Long.toString(current.revision()))) {
                throw target.modified();
            }
            ObjectNode updated = current.object().deepCopy();
            Json.child(updated, "spec").put("replicas", replicas(target, scale));
            Change change = rules.apply(whole, updated, current, exchange.user(), dryRun);
            return change;
        });
        return scale(Json.read(written));
    }

    private static int replicas(Target target, ObjectNode scale) {
        int replicas = scale.path("spec").path("replicas").asInt(0);
        if (replicas < 0) {
            String message = "Invalid value: " + replicas + ": must be greater than or equal to 0";
            throw ApiException.invalid("autoscaling", "Scale", target.name(), "spec.replicas: " + message,
                    List.of(new StatusCause("FieldValueInvalid", message, "spec.replicas")));
        }
        return replicas;
    }

    private static ObjectNode scale(ObjectNode object) {
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        scale.putObject("spec").put("replicas", object.path("spec").path("replicas").asInt(0));
        scale.putObject("status").put("replicas", object.path("status").path("replicas").asInt(0)).put("selector", selector(object.path("spec").path("selector")));
        return scale;
    }

    /// A selector in query form: what an autoscaler lists the pods with.
    private static String selector(JsonNode selector) {
        List<String> terms = new ArrayList<>();
        JsonNode labels = selector.has("matchLabels") || selector.has("matchExpressions") ? selector.path("matchLabels") : selector;
        labels.properties().forEach(label -> terms.add(label.getKey() + "=" + label.getValue().asText()));
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            String key = Json.text(expression, "key");
            terms.add(switch (Json.text(expression, "operator")) {
                case "In" -> key + " in (" + String.join(",", values) + ")";
                case "NotIn" -> key + " notin (" + String.join(",", values) + ")";
                case "DoesNotExist" -> "!" + key;
                default -> key;
            });
        }
        return String.join(",", terms);
    }
}
