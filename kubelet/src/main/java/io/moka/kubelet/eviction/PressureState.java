package io.moka.kubelet.eviction;

import io.moka.kubelet.node.Pressure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Computes from the readings of the node so far which pressures the node is under and for which thresholds something must be reclaimed. Decides only; used by
/// one thread.
///
/// A threshold stays crossed until its minimum reclaim is free, too; a soft threshold is due only after its grace period; a pressure holds until it has not
/// been seen for the transition period. Follows upstream's `managerImpl.synchronize`.
final class PressureState {

    private final List<Threshold> thresholds;
    private final Duration transition;

    private final Map<Threshold, Instant> crossedSince = new HashMap<>();
    private final Map<Pressure, Instant> lastSeen = new EnumMap<>(Pressure.class);
    private List<Threshold> due = List.of();

    /// @param transition how long a pressure is reported after its last threshold was crossed
    PressureState(List<Threshold> thresholds, Duration transition) {
        this.thresholds = thresholds;
        this.transition = transition;
    }

    /// @param due thresholds for which something must be reclaimed now, the most urgent first
    record Verdict(Set<Pressure> pressures, List<Threshold> due) {
    }

    /// Adds a reading of the node. A signal that could not be read counts as above its thresholds.
    Verdict observe(Map<Signal, Observation> seen, Instant now) {
        var crossed = new LinkedHashSet<Threshold>();
        thresholds.stream().filter(threshold -> seen.containsKey(threshold.signal()) && threshold.isCrossed(seen.get(threshold.signal()))).forEach(crossed::add);
        crossed.addAll(unsettled(seen));
        crossedSince.keySet().retainAll(crossed);
        crossed.forEach(threshold -> {
            // the clock may have been set back
            crossedSince.merge(threshold, now, (since, latest) -> since.isAfter(latest) ? latest : since);
            lastSeen.put(threshold.signal().pressure(), now);
        });
        lastSeen.values().removeIf(at -> !at.equals(now) && Duration.between(at, now).abs().compareTo(transition) >= 0);
        var ready = new ArrayList<>(crossed);
        ready.removeIf(threshold -> Duration.between(crossedSince.get(threshold), now).compareTo(threshold.grace()) < 0);
        ready.sort(Comparator.comparing(Threshold::signal).thenComparing(Threshold::grace));
        due = List.copyOf(ready);
        var pressures = EnumSet.noneOf(Pressure.class);
        pressures.addAll(lastSeen.keySet());
        return new Verdict(pressures, due);
    }

    /// Returns the thresholds that were due at the last observation and are still crossed by this reading.
    List<Threshold> unsettled(Map<Signal, Observation> seen) {
        return due.stream().filter(threshold -> seen.containsKey(threshold.signal()) && threshold.isUnsettled(seen.get(threshold.signal()))).toList();
    }
}
