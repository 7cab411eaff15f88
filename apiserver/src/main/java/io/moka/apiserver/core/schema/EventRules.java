package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Validates events of both API groups. Errors name the fields of upstream's internal form for both.
///
/// An event with an `eventTime` is of the newer form, and has to name the reporter and the action.
final class EventRules {
    private static final int MAX_WORD = 128;
    private static final int MAX_NOTE = 1024;
    private static final Path ROOT = Path.ROOT;

    private final ObjectNode event;
    private final Causes causes;

    private EventRules(ObjectNode event, Causes causes) {
        this.event = event;
        this.causes = causes;
    }

    static void core(ObjectNode event, Path path, Causes causes) {
        new EventRules(event, causes).check("involvedObject", "reportingComponent", "message");
    }

    static void events(ObjectNode event, Path path, Causes causes) {
        new EventRules(event, causes).check("regarding", "reportingController", "note");
    }

    private void check(String object, String controller, String message) {
        String namespace = CheckedFields.text(CheckedFields.object(event, "metadata"), "namespace");
        String involved = CheckedFields.text(CheckedFields.object(event, object), "namespace");
        boolean dated = CheckedFields.has(event, "eventTime");
        boolean ofCluster = namespace.equals("default") || dated && namespace.equals("kube-system");
        if (involved.isEmpty() ? !ofCluster : !dated && !involved.equals(namespace)) {
            causes.invalid(ROOT.child("involvedObject", "namespace"), involved, "does not match event.namespace");
        }
        if (!dated) {
            return;
        }
        String reporter = CheckedFields.text(event, controller);
        if (reporter.isEmpty()) {
            causes.required(ROOT.child("reportingController"), "");
        }
        causes.invalidAll(ROOT.child("reportingController"), reporter, Names.qualifiedName(reporter));
        for (String word : List.of("reportingInstance", "action", "reason")) {
            if (CheckedFields.text(event, word).isEmpty()) {
                causes.required(ROOT.child(word), "");
            }
            atMost(MAX_WORD, CheckedFields.text(event, word), word);
        }
        atMost(MAX_NOTE, CheckedFields.text(event, message), "message");
    }

    private void atMost(int length, String text, String field) {
        if (text.length() > length) {
            causes.invalid(ROOT.child(field), "", "can have at most " + length + " characters");
        }
    }

    /// Validates an update in the newer group, where everything is immutable but the series and metadata.
    static void checkUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        if (!CheckedFields.text(updated, "apiVersion").equals("events.k8s.io/v1")) {
            return;
        }
        if (!CheckedFields.same(updated.get("series"), old.get("series"))) {
            series(updated, causes);
        }
        String[][] names = {{"regarding", "involvedObject"}, {"reason", "reason"}, {"note", "message"}, {"deprecatedSource", "source"},
            {"deprecatedFirstTimestamp", "firstTimestamp"}, {"deprecatedLastTimestamp", "lastTimestamp"}, {"deprecatedCount", "count"}, {"type", "type"},
            {"eventTime", "eventTime"}, {"action", "action"}, {"related", "related"}, {"reportingController", "reportingController"},
            {"reportingInstance", "reportingInstance"}};
        for (String[] name : names) {
            if (!CheckedFields.same(updated.get(name[0]), old.get(name[0]))) {
                causes.immutable(ROOT.child(name[1]), updated.get(name[0]));
            }
        }
    }

    /// Validates a new event of the newer group: its required fields, and the deprecated fields that must be unset.
    static void checkNew(ObjectNode event, Causes causes) {
        if (!CheckedFields.text(event, "apiVersion").equals("events.k8s.io/v1")) {
            return;
        }
        series(event, causes);
        if (!CheckedFields.has(event, "eventTime")) {
            causes.required(ROOT.child("eventTime"), "");
        }
        String type = CheckedFields.text(event, "type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            causes.invalid(ROOT.child("type"), "", "has invalid value: " + type);
        }
        for (String field : List.of("firstTimestamp", "lastTimestamp", "count", "source")) {
            JsonNode value = event.get("deprecated" + Character.toUpperCase(field.charAt(0)) + field.substring(1));
            if (!CheckedFields.isEmpty(value) && !value.asText().equals("0")) {
                causes.invalid(ROOT.child(field), "", "needs to be unset");
            }
        }
    }

    private static void series(ObjectNode event, Causes causes) {
        if (!CheckedFields.has(event, "series")) {
            return;
        }
        JsonNode series = CheckedFields.object(event, "series");
        if (CheckedFields.number(series, "count", 0) < 2) {
            causes.invalid(ROOT.child("series.count"), "", "should be at least 2");
        }
        if (!CheckedFields.has(series, "lastObservedTime")) {
            causes.required(ROOT.child("series.lastObservedTime"), "");
        }
    }
}
