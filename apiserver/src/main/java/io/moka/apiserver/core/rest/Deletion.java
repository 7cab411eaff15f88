package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.strategy.Strategy;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;

/// The rules of deletion: an object is removed at once, or marked with a deletion timestamp until its grace period is over and its finalizers are gone.
public final class Deletion {
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private Deletion() {}

    public static boolean marked(ObjectNode object) {
        return !Json.text(object, "metadata", "deletionTimestamp").isEmpty();
    }

    /// Whether an object is marked, its grace period is zero, it has no finalizers, and its kind's strategy permits the removal.
    public static boolean finished(Strategy strategy, ObjectNode object) {
        return marked(object) && object.path("metadata").path("finalizers").isEmpty()
                && object.path("metadata").path("deletionGracePeriodSeconds").asLong() == 0 && strategy.mayBeRemoved(object);
    }

    /// Returns the change that a delete makes: removal, or a write of the marked object.
    static Change decide(Strategy strategy, Versioned current, DeleteOptions options, Instant now) {
        ObjectNode object = current.object().deepCopy();
        setFinalizers(strategy, object, options.propagation());
        long grace = strategy.gracePeriodSeconds(object, options.gracePeriodSeconds());
        if (grace == 0 && object.path("metadata").path("finalizers").isEmpty() && strategy.mayBeRemoved(object)) {
            return new Change.Remove(object);
        }
        mark(strategy, object, options, grace, now);
        return new Change.Write(object);
    }

    /// Sets the deletion timestamp, or brings it forward; a later delete never extends the grace period of an earlier one.
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

    /// The requested policy has precedence over a finalizer of the object, and that over the default of its kind.
    private static void setFinalizers(Strategy strategy, ObjectNode object, DeleteOptions.Propagation propagation) {
        switch (propagation) {
            case DEFAULT -> {
                if (strategy.orphansDependents() && !hasPolicy(object)) {
                    replaceFinalizers(object, ORPHAN);
                }
            }
            case BACKGROUND -> replaceFinalizers(object, "");
            case FOREGROUND -> replaceFinalizers(object, FOREGROUND);
            case ORPHAN -> replaceFinalizers(object, ORPHAN);
        }
    }

    private static boolean hasPolicy(ObjectNode object) {
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            if (finalizer.asText().equals(ORPHAN) || finalizer.asText().equals(FOREGROUND)) {
                return true;
            }
        }
        return false;
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
