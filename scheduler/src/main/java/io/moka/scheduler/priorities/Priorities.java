package io.moka.scheduler.priorities;

import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.informer.Lister;
import io.moka.scheduler.framework.Priority;
import java.util.List;

/// All priorities.
public final class Priorities {

    private Priorities() {
    }

    public static List<Priority> all(Lister<Service> services) {
        return List.of(new LeastAllocated(), new BalancedAllocation(), new ImageLocality(), new PreferredNodeAffinity(), new PreferredTaints(),
                new SelectorSpread(services::list));
    }
}
