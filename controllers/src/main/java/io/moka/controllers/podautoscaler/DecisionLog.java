package io.moka.controllers.podautoscaler;

import io.moka.machinery.client.Json;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Times;
import io.moka.machinery.process.ComponentPage;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps the last decision about each autoscaler and explains its computation for `kubectl-lite why hpa/NAME`. Safe for any number of threads.
public final class DecisionLog implements ComponentPage {

    /// The path of the page.
    public static final String PATH = "/debug/controllers/why";

    private final Map<ObjectKey, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(Instant at, ScaleTarget target, Decision decision) {
    }

    void put(ObjectKey autoscaler, ScaleTarget target, Decision decision, Instant now) {
        entries.put(autoscaler, new Entry(now, target, decision));
    }

    void remove(ObjectKey autoscaler) {
        entries.remove(autoscaler);
    }

    /// @param query `namespace` and `hpa`
    @Override
    public Answer get(Map<String, String> query) {
        var name = query.getOrDefault("hpa", "");
        var entry = entries.get(new ObjectKey(query.getOrDefault("namespace", ""), name));
        if (entry == null) {
            return Answer.status(404, "NotFound", "no decision about autoscaler \"%s\" yet; it is looked at every few seconds by the controllers that lead".formatted(name));
        }
        var decision = entry.decision;
        var document = Json.mapper().createObjectNode().put("at", Times.format(entry.at)).put("target", entry.target.kind() + "/" + entry.target.name())
                .put("current", entry.target.replicas()).put("replicas", decision.replicas()).put("reason", decision.reason());
        if (decision.failure() != null) {
            document.put("failure", decision.failure().message());
        }
        var lines = document.putArray("arithmetic");
        decision.arithmetic().forEach(lines::add);
        return Answer.json(Json.bytes(document));
    }
}
