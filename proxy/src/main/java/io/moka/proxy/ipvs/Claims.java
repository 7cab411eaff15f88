package io.moka.proxy.ipvs;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Records which services want which fronts. If several services want the same front (an external IP, for example), the first one has it until it no longer
/// wants it.
final class Claims {

    /// A service that has a front, and its backends for that front.
    record Claim(ObjectKey service, Backends backends) {
    }

    private final Map<ObjectKey, Map<Front, Backends>> services = new HashMap<>();
    private final Map<Front, LinkedHashMap<ObjectKey, Backends>> fronts = new HashMap<>();

    Map<Front, Backends> of(ObjectKey service) {
        return services.getOrDefault(service, Map.of());
    }

    Set<Front> fronts() {
        return fronts.keySet();
    }

    void clear() {
        services.clear();
        fronts.clear();
    }

    @Nullable Claim on(Front front) {
        var claims = fronts.get(front);
        if (claims == null) {
            return null;
        }
        var first = claims.firstEntry();
        return new Claim(first.getKey(), first.getValue());
    }

    /// Takes what services want now; one without fronts is forgotten. Returns the fronts that they want or wanted.
    Set<Front> set(Map<ObjectKey, Map<Front, Backends>> wanted) {
        var touched = new HashSet<Front>();
        wanted.forEach((service, now) -> {
            var before = now.isEmpty() ? services.remove(service) : services.put(service, now);
            if (before != null) {
                touched.addAll(before.keySet());
                before.keySet().stream().filter(front -> !now.containsKey(front)).forEach(front -> release(front, service));
            }
            now.forEach((front, backends) -> fronts.computeIfAbsent(front, _ -> new LinkedHashMap<>()).put(service, backends));
            touched.addAll(now.keySet());
        });
        return touched;
    }

    private void release(Front front, ObjectKey service) {
        var claims = fronts.get(front);
        if (claims != null && claims.remove(service) != null && claims.isEmpty()) {
            fronts.remove(front);
        }
    }
}
