package io.moka.scheduler.why;

import java.util.List;

/// The scores of the best nodes of a cycle by plugin, the winner first.
///
/// @param plugins the Score plugins that gave scores; empty if only one node fitted
public record Ranking(List<String> plugins, List<Row> nodes) {

    /// The number of nodes beside the winner that are recorded.
    public static final int RUNNERS_UP = 3;

    /// @param total the sum of the scores
    /// @param scores normalized and weighed, in the order of the plugins
    public record Row(String node, long total, long[] scores) {
    }

    /// The only node that fitted; it has no scores.
    public static Ranking only(String node) {
        return new Ranking(List.of(), List.of(new Row(node, 0, new long[0])));
    }
}
