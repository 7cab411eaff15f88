package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.rest.ObjectStorage.Change;
import io.moka.apiserver.strategy.Strategy;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;

/// The rules by which an object goes: at once, or marked with a deletion timestamp until its grace is over and its finalizers are gone.
final class Deletion {
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private Deletion() {}

    static boolean marked(ObjectNode object) {
        return !Json.text(object, "metadata", "deletionTimestamp").isEmpty();
    }

    /// Whether an object that is marked has nothing left to wait for.
    static boolean finished(Strategy strategy, ObjectNode object) {
        return marked(object) && object.path("metadata").path("finalizers").isEmpty()
                && object.path("metadata").path("deletionGracePeriodSeconds").asLong() == 0 && strategy.mayBeRemoved(object);
    }

    /// What a delete does to an object.
    static Change decide(Strategy strategy, Versioned current, DeleteOptions options, Instant now) {
        ObjectNode object = current.object().deepCopy();
        setFinalizers(object, options.propagation());
        long grace = strategy.gracePeriodSeconds(object, options.gracePeriodSeconds());
        if (grace == 0 && object.path("metadata").path("finalizers").isEmpty() && strategy.mayBeRemoved(object)) {
            return new Change.Remove(object);
        }
        mark(strategy, object, options, grace, now);
        return new Change.Write(object);
    }

    /// Sets the timestamp, or brings it forward; a later delete never gives more time than an earlier one.
    private static void mark(Strategy strategy, ObjectNode object, DeleteOptions options, long grace, Instant now) {
        ObjectNode metadata = Json.metadata(object);
        boolean first = !marked(object);
        if (!first && (options.gracePeriodSeconds() < 0 || metadata.path("deletionGracePeriodSeconds").asLong() <= grace)) {
            return;
        }
        Instant until = now.plus(Duration.ofSeconds(grace));
        if (!first) {
            Instant start = Instant.parse(Json.text(metadata, "deletionTimestamp")).minusSeconds(metadata.path("deletionGracePeriodSeconds").asLong());
            until = start.plusSeconds(grace).isBefore(now) ? now : start.plusSeconds(grace);
        }
        metadata.put("deletionTimestamp", Times.format(until));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (first && metadata.path("generation").asLong() > 0) {
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        }
        strategy.markDeleted(object);
    }

    private static void setFinalizers(ObjectNode object, DeleteOptions.Propagation propagation) {
        switch (propagation) {
            case DEFAULT -> { }
            case BACKGROUND -> replaceFinalizers(object, "");
            case FOREGROUND -> replaceFinalizers(object, FOREGROUND);
            case ORPHAN -> replaceFinalizers(object, ORPHAN);
        }
    }

    private static void replaceFinalizers(ObjectNode object, String wanted) {
        ArrayNode finalizers = Json.object().arrayNode();
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            if (!finalizer.asText().equals(ORPHAN) && !finalizer.asText().equals(FOREGROUND)) {
                finalizers.add(finalizer);
            }
        }
        if (!wanted.isEmpty()) {
            finalizers.add(wanted);
        }
        if (finalizers.isEmpty()) {
            Json.metadata(object).remove("finalizers");
        } else {
            Json.metadata(object).set("finalizers", finalizers);
        }
    }
}
