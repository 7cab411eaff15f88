package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.MissingSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service-account tokens of this node's pods, each renewed at 80 % of its life or after a day, whichever comes first.
///
/// Holds one token for each projection of each pod on the node; [#forget] drops a pod's.
public final class Tokens {

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);
    private static final Duration LONGEST = Duration.ofHours(24);

    private record Key(String podUid, String volume, String path) {
    }

    private record Held(String token, Instant renewAt, Instant expiresAt) {

        @Override
        public String toString() {
            return "token until " + expiresAt;
        }
    }

    private final ClusterObjects objects;
    private final InstantSource clock;
    private final ConcurrentMap<Key, Held> held = new ConcurrentHashMap<>();

    public Tokens(ClusterObjects objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    String current(Pod pod, String volume, String path, String audience, long lifeSeconds) {
        var key = new Key(pod.getMetadata().getUid(), volume, path);
        var now = clock.instant();
        var known = held.get(key);
        if (known != null && now.isBefore(known.renewAt)) {
            return known.token;
        }
        try {
            var issued = objects.token(pod, audience, lifeSeconds);
            var life = Duration.between(now, issued.expiresAt()).multipliedBy(4).dividedBy(5);
            var renewAt = now.plus(life.compareTo(LONGEST) > 0 ? LONGEST : life);
            held.put(key, new Held(issued.token(), renewAt, issued.expiresAt()));
            return issued.token();
        } catch (MissingSource e) {
            if (known != null && now.isBefore(known.expiresAt)) {
                log.warn("the token of {} was not renewed: {}", pod.getMetadata().getName(), e.getMessage());
                return known.token;
            }
            throw e;
        }
    }

    public void forget(String podUid) {
        held.keySet().removeIf(key -> key.podUid.equals(podUid));
    }
}
