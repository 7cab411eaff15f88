package io.moka.scheduler.why;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/// The result of a scheduling cycle, as it is recorded and written in JSON.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "result")
@JsonSubTypes({@JsonSubTypes.Type(value = Outcome.Placed.class, name = "Placed"), @JsonSubTypes.Type(value = Outcome.Pending.class, name = "Pending"),
    @JsonSubTypes.Type(value = Outcome.Failed.class, name = "Failed")})
public sealed interface Outcome {

    /// @param evaluated the number of nodes that were looked at, of which `feasible` fitted
    record Placed(String node, int evaluated, int feasible, Ranking ranking) implements Outcome {
    }

    /// @param message the message of the pod's condition
    /// @param nodes the refused nodes, those that preemption could help first
    /// @param moreNodes the number of refused nodes beyond those
    /// @param preemption the result of preemption; empty if it was not tried
    /// @param waitsFor the kinds of events after which the pod is tried again, with the plugins that wait for them
    record Pending(String message, List<Refused> nodes, int moreNodes, String preemption, List<String> waitsFor) implements Outcome {
    }

    /// An error, after which the pod is tried again.
    record Failed(String message) implements Outcome {
    }
}
