package io.moka.apiserver.extension.cel;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Named values that are computed when an expression first reads them. Used by one thread.
public final class LazyValues extends AbstractMap<String, Object> {
    private final Set<String> names;
    private final Maker maker;
    private final Map<String, Object> made = new HashMap<>();

    /// Computes the value of a name.
    @FunctionalInterface
    public interface Maker {
        Object make(String name) throws CelFailure;
    }

    /// Thrown when a value cannot be computed.
    static final class Unavailable extends RuntimeException {
        Unavailable(CelFailure cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }

    public LazyValues(Set<String> names, Maker maker) {
        this.names = names;
        this.maker = maker;
    }

    @Override
    public boolean containsKey(Object name) {
        return names.contains(name);
    }

    @Override
    public Object get(Object name) {
        Object known = made.get(name);
        if (known != null || !(name instanceof String text) || !names.contains(text)) {
            return known;
        }
        try {
            Object value = maker.make(text);
            made.put(text, value);
            return value;
        } catch (CelFailure failed) {
            throw new Unavailable(failed);
        }
    }

    @Override
    public int size() {
        return names.size();
    }

    /// Returns only the values that have been computed so far.
    @Override
    public Set<Entry<String, Object>> entrySet() {
        return made.entrySet();
    }
}
