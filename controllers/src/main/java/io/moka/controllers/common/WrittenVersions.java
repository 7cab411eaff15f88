package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// The resource versions that a controller's own writes gave to objects. A controller that keeps counters in an object's status checks here whether its cache
/// shows the last write already, as it would count twice from an older version.
public final class WrittenVersions {

    /// When to look again at an object whose cached state is older than the last write, where no event comes first.
    public static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    /// A cache that shows no write for so long follows a server that has lost it, as after a restored backup.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private record Written(String uid, long version, Instant at) {
    }

    private final InstantSource clock;

    // guarded by this: of each object the last write that its cache has not been seen to show
    private final Map<ObjectKey, Written> last = new HashMap<>();

    public WrittenVersions(InstantSource clock) {
        this.clock = clock;
    }

    /// @param answer the object as the server returned it
    public synchronized void wrote(HasMetadata answer) {
        last.put(ObjectKey.of(answer), new Written(answer.getMetadata().getUid(), version(answer), clock.instant()));
    }

    /// Whether the cached object is at least as new as the last write to it.
    public synchronized boolean shows(HasMetadata cached) {
        var key = ObjectKey.of(cached);
        var written = last.get(key);
        if (written != null && written.uid.equals(cached.getMetadata().getUid()) && version(cached) < written.version
                && clock.instant().isBefore(written.at.plus(PATIENCE))) {
            return false;
        }
        last.remove(key);
        return true;
    }

    public synchronized void forget(ObjectKey key) {
        last.remove(key);
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
