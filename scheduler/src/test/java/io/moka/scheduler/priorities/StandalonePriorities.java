package io.moka.scheduler.priorities;

import io.moka.scheduler.framework.Priority;
import java.util.List;

/// The priorities that look at nothing but pod and node.
public final class StandalonePriorities {

    private StandalonePriorities() {
    }

    public static List<Priority> all() {
        return List.of(new LeastAllocated(), new BalancedAllocation(), new ImageLocality(), new PreferredNodeAffinity(), new PreferredTaints());
    }
}
