package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.AuditTrail;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private static final int USUAL_BYTES = 1024;

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

    /// Encodes the event. It is written field by field, and no tree of it is made: there is one for each request.
    private byte[] event(Stage stage, int code) {
        var bytes = new ByteArrayBuilder(USUAL_BYTES);
        try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
            event(json, stage, code);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private void event(JsonGenerator json, Stage stage, int code) throws IOException {
        Attributes asked = request.attributes();
        json.writeStartObject();
        json.writeStringField("kind", "Event");
        json.writeStringField("apiVersion", "audit.k8s.io/v1");
        json.writeStringField("level", verdict.level().text);
        json.writeStringField("auditID", request.auditId());
        json.writeStringField("stage", stage.text);
        json.writeStringField("requestURI", request.uri());
        json.writeStringField("verb", asked.verb());
        user(json, "user", asked.user());
        if (impersonated != null) {
            user(json, "impersonatedUser", impersonated);
        }
        texts(json, "sourceIPs", request.sourceIps());
        text(json, "userAgent", request.userAgent());
        if (asked.resourceRequest()) {
            reference(json, asked);
        }
        if (stage != Stage.RECEIVED) {
            status(json, code);
            bodies(json, stage);
        }
        json.writeStringField("requestReceivedTimestamp", MICROS.format(request.receivedAt()));
        json.writeStringField("stageTimestamp", MICROS.format(clock.instant()));
        if (!annotations.isEmpty()) {
            json.writeObjectFieldStart("annotations");
            for (var annotation : annotations.entrySet()) {
                json.writeStringField(annotation.getKey(), annotation.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void reference(JsonGenerator json, Attributes asked) throws IOException {
        json.writeObjectFieldStart("objectRef");
        json.writeStringField("resource", asked.resource());
        text(json, "namespace", asked.namespace());
        boolean answeredObject = asked.name().isEmpty() && asked.verb().equals("create") && response != null && !Json.text(response, "kind").equals("Status");
        text(json, "name", answeredObject && response != null ? Json.name(response) : asked.name());
        if (answeredObject && response != null) {
            text(json, "uid", Json.uid(response));
        }
        text(json, "apiGroup", asked.group());
        text(json, "apiVersion", asked.version());
        text(json, "subresource", asked.subresource());
        json.writeEndObject();
    }

    private void status(JsonGenerator json, int code) throws IOException {
        json.writeObjectFieldStart("responseStatus");
        json.writeObjectFieldStart("metadata");
        json.writeEndObject();
        if (response != null && Json.text(response, "kind").equals("Status")) {
            text(json, "status", Json.text(response, "status"));
            text(json, "message", Json.text(response, "message"));
            text(json, "reason", Json.text(response, "reason"));
            if (response.path("details").isObject()) {
                tree(json, "details", response.path("details"));
            }
        }
        json.writeNumberField("code", code);
        json.writeEndObject();
    }

    private void bodies(JsonGenerator json, Stage stage) throws IOException {
        if (verdict.level().atLeast(AuditLevel.REQUEST) && body.length > 0) {
            JsonNode object = requestObject();
            if (object != null) {
                tree(json, "requestObject", trimmed(object));
            }
        }
        if (verdict.level().atLeast(AuditLevel.REQUEST_RESPONSE) && response != null && stage == Stage.COMPLETE) {
            tree(json, "responseObject", trimmed(response));
        }
    }

    private @Nullable JsonNode requestObject() {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException noJson) {
            annotate("audit.k8s.io/request-object", "not JSON");
            return null;
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

    private static void user(JsonGenerator json, String field, UserInfo user) throws IOException {
        json.writeObjectFieldStart(field);
        text(json, "username", user.name());
        text(json, "uid", user.uid());
        texts(json, "groups", user.groups());
        if (!user.extra().isEmpty()) {
            json.writeObjectFieldStart("extra");
            for (var values : user.extra().entrySet()) {
                array(json, values.getKey(), values.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private static void texts(JsonGenerator json, String field, List<String> values) throws IOException {
        if (!values.isEmpty()) {
            array(json, field, values);
        }
    }

    private static void array(JsonGenerator json, String field, List<String> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void tree(JsonGenerator json, String field, JsonNode value) throws IOException {
        json.writeFieldName(field);
        json.writeTree(value);
    }
}
