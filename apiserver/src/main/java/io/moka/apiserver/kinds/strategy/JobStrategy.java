package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.strategy.Strategy;

/// The strategy of jobs: a job selects its pods by its own uid, unless `manualSelector` leaves the selector to the user.
public final class JobStrategy implements Strategy {
    private static final String PREFIX = "batch.kubernetes.io/";
    private static final String UID_LABEL = "controller-uid";
    private static final String NAME_LABEL = "job-name";

    @Override
    public boolean hasGeneration() {
        return true;
    }

    /// Orphans dependents as upstream's version v1 does, for clients from before propagation policies.
    @Override
    public boolean orphansDependents() {
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

    /// Sets a label that is absent. A label that the user has set stays; validation then checks whether the selector still matches.
    private static void setIfAbsent(ObjectNode labels, String name, String value) {
        if (!labels.has(name)) {
            labels.put(name, value);
        }
    }
}
