package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;

/// Jobs know their pods by the job's own uid, unless `manualSelector` leaves the selector to whoever made the job.
final class JobStrategy implements Strategy {
    private static final String PREFIX = "batch.kubernetes.io/";
    private static final String UID_LABEL = "controller-uid";
    private static final String NAME_LABEL = "job-name";

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        ObjectNode spec = Json.child(object, "spec");
        if (spec.path("manualSelector").asBoolean()) {
            return;
        }
        ObjectNode labels = Json.child(Json.child(Json.child(spec, "template"), "metadata"), "labels");
        for (String prefix : new String[] {"", PREFIX}) {
            setIfAbsent(labels, prefix + NAME_LABEL, Json.name(object));
            setIfAbsent(labels, prefix + UID_LABEL, Json.uid(object));
        }
        setIfAbsent(Json.child(Json.child(spec, "selector"), "matchLabels"), PREFIX + UID_LABEL, Json.uid(object));
    }

    /// What somebody has set by hand stays, and is judged by whether the selector still fits.
    private static void setIfAbsent(ObjectNode labels, String name, String value) {
        if (!labels.has(name)) {
            labels.put(name, value);
        }
    }
}
