package io.moka.scheduler.cache;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Counts the pods of one node that match a selection, and caches the numbers by the selection's identity. Used by the scheduling thread alone.
final class PodCounts {

    private static final int MOST = 64;

    private final Map<PodSelection, Integer> counts = new IdentityHashMap<>(2);

    int of(PodSelection selection, List<PodInfo> pods) {
        var known = counts.get(selection);
        if (known != null) {
            return known;
        }
        int count = 0;
        for (var pod : pods) {
            if (selection.matches(pod)) {
                count++;
            }
        }
        if (counts.size() >= MOST) {
            counts.clear();
        }
        counts.put(selection, count);
        return count;
    }
}
