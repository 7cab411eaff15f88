package io.moka.kubelet.source;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Config maps and secrets that may be a little old: one that a pod of this node has read lately is not read again for the next. For volumes that are looked at
/// regularly: all pods of a namespace have the same config map beside their tokens, and a hundred of them would read it a hundred times a minute.
///
/// Any thread may call it.
public final class RecentConfigObjects implements ConfigObjects {

    private record Read(HasMetadata object, long nanos) {
    }

    private final ConfigObjects objects;
    private final long oldestNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Read> reads = new ConcurrentHashMap<>();

    /// @param oldest how long ago an object may have been read
    public RecentConfigObjects(ConfigObjects objects, Duration oldest, LongSupplier nanoTime) {
        this.objects = objects;
        this.oldestNanos = oldest.toNanos();
        this.nanoTime = nanoTime;
    }

    @Override
    public ConfigMap configMap(String namespace, String name) {
        return recent(ConfigMap.class, "configmap/" + namespace + "/" + name, () -> objects.configMap(namespace, name));
    }

    @Override
    public Secret secret(String namespace, String name) {
        return recent(Secret.class, "secret/" + namespace + "/" + name, () -> objects.secret(namespace, name));
    }

    private <T extends HasMetadata> T recent(Class<T> type, String key, Supplier<T> read) {
        long now = nanoTime.getAsLong();
        reads.values().removeIf(old -> now - old.nanos > oldestNanos);
        var last = reads.get(key);
        if (last != null) {
            return type.cast(last.object);
        }
        var object = read.get();
        reads.put(key, new Read(object, now));
        return object;
    }
}
