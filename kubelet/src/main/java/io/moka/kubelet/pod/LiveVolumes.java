package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.volume.PodVolumes;
import io.moka.kubelet.volume.VolumeFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Keeps the files of a running pod's volumes up to date with the objects in the cluster. Used by the pod's worker alone.
///
/// Config maps, secrets and tokens are checked for changes about once a minute; the pod's own labels and annotations arrive with the pod, so they are written
/// at once. A change of these has all volumes read anew, which is upstream's way to ask for that.
final class LiveVolumes {

    private static final Duration PERIOD = Duration.ofSeconds(60);
    private static final long LARGEST_JITTER_MILLIS = 10_000;

    private final NodeServices services;
    private Instant due;
    private ObjectMeta written;

    LiveVolumes(NodeServices services, Pod pod) {
        this.services = services;
        this.due = services.clock().instant().plus(PERIOD);
        this.written = pod.getMetadata();
    }

    /// When to look again; null where no volume of the pod can change.
    @Nullable Instant due(Pod pod) {
        return PodVolumes.hasLiveVolumes(pod) ? due : null;
    }

    void refresh(PodView view, Instant now) {
        var metadata = view.pod().getMetadata();
        boolean regular = saysTheSame(metadata);
        if (!view.anyRunning() || !PodVolumes.hasLiveVolumes(view.pod()) || now.isBefore(due) && regular) {
            return;
        }
        due = now.plus(PERIOD).minusMillis(ThreadLocalRandom.current().nextLong(LARGEST_JITTER_MILLIS));
        written = metadata;
        try {
            services.volumes().refresh(view.pod(), regular);
        } catch (VolumeFailure e) {
            services.events().warning(view.pod(), null, "FailedMount", String.valueOf(e.getMessage()));
        }
    }

    private boolean saysTheSame(ObjectMeta metadata) {
        return Objects.equals(written.getLabels(), metadata.getLabels()) && Objects.equals(written.getAnnotations(), metadata.getAnnotations());
    }
}
