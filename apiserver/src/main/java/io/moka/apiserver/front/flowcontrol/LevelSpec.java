package io.moka.apiserver.front.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;

/// The settings of a PriorityLevelConfiguration.
///
/// @param shares        the level's shares of the server's seats, in relation to those of the other levels
/// @param lendable      the part of its seats that other levels may use while it does not, in percent
/// @param borrowable    the number of seats that it may borrow, in percent of its own; negative for any number
/// @param queues        the number of queues; 0 when a request that finds no seat is refused rather than queued
record LevelSpec(String name, String uid, boolean exempt, int shares, int lendable, int borrowable, int queues, int handSize, int queueLength) {

    static LevelSpec of(JsonNode object) {
        JsonNode spec = object.path("spec");
        boolean exempt = Json.text(spec, "type").equals("Exempt");
        JsonNode own = spec.path(exempt ? "exempt" : "limited");
        JsonNode queuing = own.path("limitResponse").path("queuing");
        boolean queues = Json.text(own, "limitResponse", "type").equals("Queue");
        return new LevelSpec(Json.name(object), Json.uid(object), exempt, own.path("nominalConcurrencyShares").asInt(exempt ? 0 : 30), own.path("lendablePercent").asInt(0),
                own.path("borrowingLimitPercent").asInt(-1), queues ? queuing.path("queues").asInt(64) : 0, queuing.path("handSize").asInt(8),
                queuing.path("queueLengthLimit").asInt(50));
    }
}
