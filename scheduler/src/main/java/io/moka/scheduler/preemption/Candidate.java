package io.moka.scheduler.preemption;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// A node on which a pod would fit without some of the pods there.
///
/// @param victims the pods that have to go, the most important first
/// @param violations how many of them a PodDisruptionBudget protects
record Candidate(NodeInfo node, List<PodInfo> victims, int violations) {

    /// The more important pod first: by priority, then the one that started earlier.
    static final Comparator<PodInfo> MORE_IMPORTANT = Comparator.<PodInfo>comparingInt(pod -> -pod.priority()).thenComparing(Candidate::started);

    /// Fewest violations, lowest highest priority of a victim, smallest sum of priorities, fewest victims; then the one whose most important victims
    /// started last.
    static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::violations).thenComparingInt(Candidate::highestPriority)
            .thenComparingLong(Candidate::sumOfPriorities).thenComparingInt(candidate -> candidate.victims.size())
            .thenComparing(Candidate::earliestStart, Comparator.reverseOrder());

    private static final String NOT_STARTED = "9999";

    String describe() {
        return victims.stream().map(pod -> "pod " + pod.key() + ", priority " + pod.priority())
                .collect(Collectors.joining("; ", "preemption: evicts from " + node.name() + " ", violations == 0 ? "" : "; " + violations + " against a disruption budget"));
    }

    private int highestPriority() {
        return victims.getFirst().priority();
    }

    /// Priorities are moved above zero, so that a victim more is never better.
    private long sumOfPriorities() {
        return victims.stream().mapToLong(pod -> pod.priority() + (long) Integer.MAX_VALUE + 1).sum();
    }

    private String earliestStart() {
        return victims.stream().filter(pod -> pod.priority() == highestPriority()).map(Candidate::started).min(Comparator.naturalOrder()).orElse(NOT_STARTED);
    }

    /// Times of this form are in the order of their text.
    private static String started(PodInfo pod) {
        var status = pod.pod().getStatus();
        return status == null || status.getStartTime() == null ? NOT_STARTED : status.getStartTime();
    }
}
