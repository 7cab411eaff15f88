package io.moka.scheduler.why;

import io.moka.machinery.meta.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps the latest decision about each of the last 1,000 pods; beyond that, the oldest decision is dropped. Safe for any number of threads.
public final class DecisionLog {

    static final int MOST = 1_000;

    // guarded by this: by the pod's uid, the oldest first
    private final Map<String, Decision> decisions = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Decision> eldest) {
            return size() > MOST;
        }
    };

    public synchronized void add(Decision decision) {
        var uid = decision.subject().uid();
        decisions.remove(uid);
        decisions.put(uid, decision);
    }

    /// Returns the latest decision about a pod of this name, which may no longer exist; null if there is none.
    public synchronized @Nullable Decision find(ObjectKey pod) {
        Decision found = null;
        for (var decision : decisions.values()) {
            if (decision.pod().equals(pod)) {
                found = decision;
            }
        }
        return found;
    }
}
