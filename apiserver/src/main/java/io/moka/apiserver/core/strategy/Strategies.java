package io.moka.apiserver.core.strategy;

import io.moka.apiserver.core.resource.ResourceType;
import java.util.HashMap;
import java.util.Map;

/// Finds the strategy of a resource.
public final class Strategies {
    private static final Strategy CUSTOM = new CustomStrategy();

    // filled at the start of the server, before the threads that read it are started; not changed afterwards
    private final Map<String, Strategy> byResource = new HashMap<>();

    /// Sets the strategy of a resource; without one, a resource has [PlainStrategy#PLAIN]. Only for the start of the server.
    public void put(String qualifiedPlural, Strategy strategy) {
        byResource.put(qualifiedPlural, strategy);
    }

    public Strategy of(ResourceType type) {
        return type.custom() != null ? CUSTOM : byResource.getOrDefault(type.qualifiedPlural(), PlainStrategy.PLAIN);
    }
}
