package io.moka.apiserver.admission.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.admission.AdmissionPlugin;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Limits the rate of events: in total, for each namespace, for each user, and for each source and object, as configured.
public final class EventRateLimit implements AdmissionPlugin {
    private static final int RETRY_SECONDS = 1;
    private static final int DEFAULT_CACHE_SIZE = 4096;

    private final List<Limit> limits;

    /// The scope of a limit: events with the same key are counted together.
    private enum Kind {
        Server, Namespace, User, SourceAndObject;

        String key(AdmissionRequest request) {
            JsonNode event = request.newObject();
            return switch (this) {
                case Server -> "";
                case Namespace -> request.namespace();
                case User -> request.user().name();
                case SourceAndObject -> source(event) + about(event.path("involvedObject")) + about(event.path("regarding"));
            };
        }

        private static String source(JsonNode event) {
            return Json.text(event, "source", "component") + Json.text(event, "source", "host") + Json.text(event, "reportingController") + Json.text(event, "reportingInstance");
        }

        private static String about(JsonNode reference) {
            return Json.text(reference, "kind") + Json.text(reference, "namespace") + Json.text(reference, "name") + Json.text(reference, "uid") + Json.text(reference, "apiVersion");
        }
    }

    private record Limit(Kind kind, TokenBuckets buckets) {}

    /// @param configuration a Configuration of eventratelimit.admission.k8s.io
    public EventRateLimit(InstantSource clock, JsonNode configuration) throws IOException {
        if (!Json.text(configuration, "kind").equals("Configuration") || !Json.text(configuration, "apiVersion").startsWith("eventratelimit.admission.k8s.io/")) {
            throw new IOException("it needs a Configuration of eventratelimit.admission.k8s.io");
        }
        List<Limit> read = new ArrayList<>();
        for (JsonNode limit : configuration.path("limits")) {
            read.add(limit(clock, limit, "limits[" + read.size() + "]"));
        }
        if (read.isEmpty()) {
            throw new IOException("limits: Invalid value: []: must not be empty");
        }
        limits = List.copyOf(read);
    }

    private static Limit limit(InstantSource clock, JsonNode limit, String where) throws IOException {
        int burst = limit.path("burst").asInt();
        int perSecond = limit.path("qps").asInt();
        if (burst <= 0 || perSecond <= 0) {
            throw new IOException(where + "." + (burst <= 0 ? "burst" : "qps") + ": Invalid value: must be positive");
        }
        int most = limit.path("cacheSize").asInt();
        if (most < 0) {
            throw new IOException(where + ".cacheSize: Invalid value: " + most + ": must not be negative");
        }
        try {
            return new Limit(Kind.valueOf(Json.text(limit, "type")), new TokenBuckets(clock, perSecond, burst, most == 0 ? DEFAULT_CACHE_SIZE : most));
        } catch (IllegalArgumentException unknown) {
            throw new IOException(where + ".type: Unsupported value: \"" + Json.text(limit, "type") + "\": supported values: \"Namespace\", \"Server\", \"SourceAndObject\", \"User\"", unknown);
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean written = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written || !request.type().kind().equals("Event") || request.type().custom() != null || request.dryRun()) {
            return;
        }
        List<String> reached = new ArrayList<>();
        for (Limit limit : limits) {
            String key = limit.kind().key(request);
            if (!limit.buckets().take(key)) {
                reached.add("limit reached on type " + limit.kind() + " for key " + key);
            }
        }
        if (!reached.isEmpty()) {
            throw ApiException.tooManyRequests(reached.size() == 1 ? reached.getFirst() : "[" + String.join(", ", reached) + "]", RETRY_SECONDS);
        }
    }
}
