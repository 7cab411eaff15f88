package io.moka.apiserver.core.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The second round of mutating plugins, which takes place when a later plugin has changed the object. Used by one thread.
public final class Reinvocation {
    private boolean wanted;
    private boolean running;
    private final Map<String, Object> memories = new HashMap<>(2);

    /// Requests a second round; without effect in the second.
    public void request() {
        wanted = true;
    }

    /// Whether this is the second round.
    public boolean running() {
        return running;
    }

    /// Begins the second round if it has been requested. Returns whether it begins.
    boolean begin() {
        boolean begins = wanted && !running;
        running |= begins;
        return begins;
    }

    /// Returns the state that a plugin keeps from the first round to the second, created on first use.
    @SuppressWarnings("unchecked")
    public <T> T memory(String plugin, Supplier<T> made) {
        return (T) memories.computeIfAbsent(plugin, ignored -> made.get());
    }
}
