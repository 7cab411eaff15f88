package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The objects of a cache, some of them replaced by the version that this scheduler is about to write. Such an assumption holds until the cache shows another
/// version of the object. Safe for any number of threads.
final class AssumedObjects<T extends HasMetadata> {

    private record Assumed<T>(String version, T object) {
    }

    private final Function<ObjectKey, @Nullable T> cached;
    private final Supplier<List<T>> all;
    private final Map<ObjectKey, Assumed<T>> assumed = new ConcurrentHashMap<>();

    AssumedObjects(Function<ObjectKey, @Nullable T> cached, Supplier<List<T>> all) {
        this.cached = cached;
        this.all = all;
    }

    @Nullable T get(ObjectKey key) {
        var object = cached.apply(key);
        return object == null ? null : current(object);
    }

    List<T> list() {
        return assumed.isEmpty() ? all.get() : all.get().stream().map(this::current).toList();
    }

    private T current(T object) {
        var key = ObjectKey.of(object);
        var assumption = assumed.get(key);
        if (assumption == null) {
            return object;
        }
        if (assumption.version.equals(object.getMetadata().getResourceVersion())) {
            return assumption.object;
        }
        assumed.remove(key, assumption);
        return object;
    }

    /// @param change made from the object of its resource version
    void assume(T change) {
        assumed.put(ObjectKey.of(change), new Assumed<>(change.getMetadata().getResourceVersion(), change));
    }

    void forget(ObjectKey key) {
        assumed.remove(key);
    }
}
