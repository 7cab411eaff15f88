package io.moka.scheduler.framework;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Holds the values that plugins compute about one pod in one cycle, by typed keys. Belongs to one thread. Upstream's `CycleState`.
public final class CycleState {

    /// @param <T> the type of the value
    public static final class Key<T extends Data> {
    }

    /// A value of the state.
    public interface Data {

        /// A copy that [PreFilter#addPod] and [PreFilter#removePod] may change; a value that never changes returns itself.
        Data copy();
    }

    private final Map<Key<?>, Data> values = new IdentityHashMap<>();
    private final Set<String> skippedFilters = new HashSet<>();

    public <T extends Data> void put(Key<T> key, T value) {
        values.put(key, value);
    }

    @SuppressWarnings("unchecked")
    public <T extends Data> @Nullable T find(Key<T> key) {
        return (T) values.get(key);
    }

    /// @throws IllegalStateException if nothing was put under the key
    public <T extends Data> T get(Key<T> key) {
        var value = find(key);
        if (value == null) {
            throw new IllegalStateException("the plugin's PreFilter or PreScore has not run");
        }
        return value;
    }

    public CycleState copy() {
        var copy = new CycleState();
        values.forEach((key, value) -> copy.values.put(key, value.copy()));
        copy.skippedFilters.addAll(skippedFilters);
        return copy;
    }

    void skipFilter(String plugin) {
        skippedFilters.add(plugin);
    }

    boolean isFilterSkipped(String plugin) {
        return skippedFilters.contains(plugin);
    }
}
