package io.moka.scheduler.why;

import java.util.List;

/// The refusal of one node.
///
/// @param plugin the first Filter plugin that refused the node
/// @param reasons in upstream's words
/// @param preemptible whether the node would fit without some pods of lower priority, if there are such pods
/// @param change the smallest change after which the plugin would accept the node, in words that follow the node's name; empty if the plugin cannot tell
public record Refused(String node, String plugin, List<String> reasons, boolean preemptible, String change) {
}
