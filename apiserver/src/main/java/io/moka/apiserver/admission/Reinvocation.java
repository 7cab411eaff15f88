package io.moka.apiserver.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The second round of mutating plugins, which there is when one that comes late has changed the object. Used by one thread.
public final class Reinvocation {
    private boolean wanted;
    private boolean running;
    private final Map<String, Object> memories = new HashMap<>(2);

    /// Asks for a second round; without effect in the second.
    public void request() {
        wanted = true;
    }

    /// Whether this is the second round.
    public boolean running() {
        return running;
    }

    /// Begins the second round if it has been asked for.
    boolean begin() {
        boolean begins = wanted && !running;
        running |= begins;
        return begins;
    }

    /// What a plugin remembers from the first round to the second.
    @SuppressWarnings("unchecked")
    public <T> T memory(String plugin, Supplier<T> made) {
        return (T) memories.computeIfAbsent(plugin, ignored -> made.get());
    }
}
