package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.AuditTrail;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The events of one request, one for each stage that the policy does not omit. Used by the request's thread.
final class EventTrail implements AuditTrail {
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final AuditedRequest request;
    private final AuditPolicy.Verdict verdict;
    private final Predicate<AuditEvent> sink;
    private final InstantSource clock;
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private @Nullable UserInfo impersonated;
    private @Nullable JsonNode response;
    private byte[] body = {};
    private boolean started;

    EventTrail(AuditedRequest request, AuditPolicy.Verdict verdict, Predicate<AuditEvent> sink, InstantSource clock) {
        this.request = request;
        this.verdict = verdict;
        this.sink = sink;
        this.clock = clock;
    }

    @Override
    public void annotate(String key, String value) {
        annotations.putIfAbsent(key, value);
    }

    @Override
    public void impersonated(UserInfo user) {
        impersonated = user;
    }

    @Override
    public void requested(byte[] json) {
        body = json;
    }

    @Override
    public boolean received() {
        return emit(Stage.RECEIVED, 0);
    }

    @Override
    public void responseStarted(int code) {
        if (request.longRunning() && !started) {
            started = true;
            emit(Stage.STARTED, code);
        }
    }

    @Override
    public void refused(int code) {
        emit(Stage.STARTED, code);
    }

    @Override
    public boolean wantsAnswer(int code) {
        return code >= 400 || verdict.level().atLeast(AuditLevel.REQUEST_RESPONSE) || request.attributes().verb().equals("create") && request.attributes().name().isEmpty();
    }

    @Override
    public void answered(byte[] json) {
        try {
            response = Json.MAPPER.readTree(json);
        } catch (IOException noJson) {
            response = null;
        }
    }

    @Override
    public void complete(int code) {
        emit(Stage.COMPLETE, code);
    }

    @Override
    public void panicked(String message) {
        response = Json.object().put("kind", "Status").put("status", "Failure").put("reason", "InternalError").put("message", "APIServer panic'd: " + message);
        emit(Stage.PANIC, 500);
    }

    private boolean emit(Stage stage, int code) {
        return verdict.omitStages().contains(stage.text) || sink.test(new AuditEvent(event(stage, code)));
    }

    private ObjectNode event(Stage stage, int code) {
        Attributes asked = request.attributes();
        ObjectNode event = Json.object().put("kind", "Event").put("apiVersion", "audit.k8s.io/v1").put("level", verdict.level().text)
                .put("auditID", request.auditId()).put("stage", stage.text).put("requestURI", request.uri()).put("verb", asked.verb());
        user(event.putObject("user"), asked.user());
        if (impersonated != null) {
            user(event.putObject("impersonatedUser"), impersonated);
        }
        request.sourceIps().forEach(event.withArray("sourceIPs")::add);
        put(event, "userAgent", request.userAgent());
        if (asked.resourceRequest()) {
            reference(event.putObject("objectRef"), asked);
        }
        if (stage != Stage.RECEIVED) {
            status(event.putObject("responseStatus"), code);
            bodies(event, stage);
        }
        event.put("requestReceivedTimestamp", MICROS.format(request.receivedAt())).put("stageTimestamp", MICROS.format(now()));
        if (!annotations.isEmpty()) {
            ObjectNode node = event.putObject("annotations");
            annotations.forEach(node::put);
        }
        return event;
    }

    private Instant now() {
        return clock.instant();
    }

    private void reference(ObjectNode reference, Attributes asked) {
        reference.put("resource", asked.resource());
        put(reference, "namespace", asked.namespace());
        boolean answeredObject = asked.name().isEmpty() && asked.verb().equals("create") && response != null && !Json.text(response, "kind").equals("Status");
        put(reference, "name", answeredObject && response != null ? Json.name(response) : asked.name());
        if (answeredObject && response != null) {
            put(reference, "uid", Json.uid(response));
        }
        put(reference, "apiGroup", asked.group());
        put(reference, "apiVersion", asked.version());
        put(reference, "subresource", asked.subresource());
    }

    private void status(ObjectNode status, int code) {
        status.putObject("metadata");
        if (response != null && Json.text(response, "kind").equals("Status")) {
            put(status, "status", Json.text(response, "status"));
            put(status, "message", Json.text(response, "message"));
            put(status, "reason", Json.text(response, "reason"));
            if (response.path("details").isObject()) {
                status.set("details", response.path("details"));
            }
        }
        status.put("code", code);
    }

    private void bodies(ObjectNode event, Stage stage) {
        if (verdict.level().atLeast(AuditLevel.REQUEST) && body.length > 0) {
            try {
                event.set("requestObject", trimmed(Json.MAPPER.readTree(body)));
            } catch (IOException noJson) {
                annotate("audit.k8s.io/request-object", "not JSON");
            }
        }
        if (verdict.level().atLeast(AuditLevel.REQUEST_RESPONSE) && response != null && stage == Stage.COMPLETE) {
            event.set("responseObject", trimmed(response));
        }
    }

    private JsonNode trimmed(JsonNode object) {
        if (!verdict.omitManagedFields() || !object.isObject()) {
            return object;
        }
        JsonNode copy = object.deepCopy();
        dropManagedFields(copy);
        copy.path("items").forEach(EventTrail::dropManagedFields);
        return copy;
    }

    private static void dropManagedFields(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }

    private static void user(ObjectNode node, UserInfo user) {
        put(node, "username", user.name());
        put(node, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            user.groups().forEach(node.withArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = node.putObject("extra");
            user.extra().forEach((key, values) -> addAll(extra, key, values));
        }
    }

    private static void addAll(ObjectNode extra, String key, List<String> values) {
        var list = extra.putArray(key);
        values.forEach(list::add);
    }

    private static void put(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }
}
