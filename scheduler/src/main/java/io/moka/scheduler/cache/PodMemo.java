package io.moka.scheduler.cache;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Caches values that are computed from one state of a pod and never change, such as compiled constraints. Safe for any number of threads.
public final class PodMemo {

    /// @param <T> the type of the value
    public static final class Key<T> {
    }

    private @Nullable Map<Key<?>, Object> values;

    /// The value of the key, computed when it is first asked for.
    @SuppressWarnings("unchecked")
    public synchronized <T> T get(Key<T> key, Supplier<T> compute) {
        if (values == null) {
            values = new IdentityHashMap<>(4);
        }
        var known = values.get(key);
        if (known == null) {
            known = compute.get();
            values.put(key, known);
        }
        return (T) known;
    }
}
