package io.moka.kubelet.image;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.event.PodEvents;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.runtime.RegistryLogin;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.machinery.workqueue.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Gets images. Safe for any number of threads; each pull has a thread `pull-<image>` of its own.
public final class ImagePuller {

    private static final int PARALLEL_PULLS = 5;
    private static final int REMEMBERED_FAILURES = 1_000;
    private static final Duration SHORTEST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    /// @param failures in a row
    private record Failure(String message, int failures, Instant retryAt) {
    }

    private final ContainerRuntime runtime;
    private final PullSecrets secrets;
    private final PodEvents events;
    private final InstantSource clock;
    private final Semaphore pulls = new Semaphore(PARALLEL_PULLS, true);

    // guarded by this: whom to tell when an image's pull is over; an image is in here while it is being pulled
    private final Map<String, Set<Runnable>> waiting = new HashMap<>();
    // guarded by this: how pulls ended for which nobody has asked yet, by image and pod
    private final Map<String, ImageRecord> pulled = bounded();
    private final Map<String, Failure> failed = bounded();
    private final Set<String> unreported = Collections.newSetFromMap(bounded());

    public ImagePuller(ContainerRuntime runtime, ClusterObjects objects, PodEvents events, InstantSource clock) {
        this.runtime = runtime;
        this.secrets = new PullSecrets(objects);
        this.events = events;
        this.clock = clock;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > REMEMBERED_FAILURES;
            }
        };
    }

    /// Looks for the container's image, and starts to pull it where the policy wants that.
    ///
    /// @param whenChanged called once a pull is over
    public ImageOutcome ensure(Pod pod, Container container, Runnable whenChanged) {
        var image = container.getImage() == null ? "" : container.getImage();
        if (!ImageNames.isValid(image)) {
            var message = "Failed to apply default image tag \"" + image + "\": couldn't parse image name \"" + image + "\": invalid reference format";
            events.warning(pod, container.getName(), "InspectFailed", message);
            events.warning(pod, container.getName(), "Failed", "Error: InvalidImageName");
            return new ImageOutcome.Unavailable("InvalidImageName", message);
        }
        var key = pod.getMetadata().getUid() + " " + image;
        synchronized (this) {
            var fresh = pulled.remove(key);
            if (fresh != null) {
                failed.remove(key);
                return new ImageOutcome.Present(fresh);
            }
        }
        var policy = policy(container, image);
        var local = policy.equals("Always") ? null : runtime.image(image);
        if (local != null) {
            events.normal(pod, container.getName(), "Pulled", "Container image \"" + image + "\" already present on machine");
            return new ImageOutcome.Present(local);
        }
        if (policy.equals("Never")) {
            var message = "Container image \"" + image + "\" is not present with pull policy of Never";
            events.warning(pod, container.getName(), "ErrImageNeverPull", message);
            events.warning(pod, container.getName(), "Failed", "Error: ErrImageNeverPull");
            return new ImageOutcome.Unavailable("ErrImageNeverPull", message);
        }
        return pullOrWait(pod, container, key, image, whenChanged);
    }

    /// When the image may be tried again, or null where it has not failed.
    public synchronized @Nullable Instant retryAt(Pod pod, Container container) {
        var failure = failed.get(pod.getMetadata().getUid() + " " + container.getImage());
        return failure == null ? null : failure.retryAt;
    }

    private static String policy(Container container, String image) {
        if (container.getImagePullPolicy() != null && !container.getImagePullPolicy().isEmpty()) {
            return container.getImagePullPolicy();
        }
        return ImageNames.withTag(image).endsWith(":latest") ? "Always" : "IfNotPresent";
    }

    private ImageOutcome pullOrWait(Pod pod, Container container, String key, String image, Runnable whenChanged) {
        synchronized (this) {
            var failure = failed.get(key);
            if (failure != null && unreported.remove(key)) {
                return new ImageOutcome.Unavailable("ErrImagePull", failure.message);
            }
            if (failure != null && clock.instant().isBefore(failure.retryAt)) {
                events.normal(pod, container.getName(), "BackOff", "Back-off pulling image \"" + image + "\"");
                events.warning(pod, container.getName(), "Failed", "Error: ImagePullBackOff");
                return new ImageOutcome.Unavailable("ImagePullBackOff", "Back-off pulling image \"" + image + "\": ErrImagePull: " + failure.message);
            }
            if (waiting.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(whenChanged) && waiting.get(key).size() > 1) {
                return new ImageOutcome.Pulling();
            }
        }
        var login = secrets.loginFor(pod, image);
        Thread.ofVirtual().name("pull-" + image).start(() -> pull(pod, container, key, image, login));
        return new ImageOutcome.Pulling();
    }

    private void pull(Pod pod, Container container, String key, String image, @Nullable RegistryLogin login) {
        events.normal(pod, container.getName(), "Pulling", "Pulling image \"" + image + "\"");
        var start = clock.instant();
        try {
            pulls.acquire();
            try {
                runtime.pull(ImageNames.withTag(image), login);
            } finally {
                pulls.release();
            }
            var found = runtime.image(image);
            if (found == null) {
                throw new RuntimeFailure("the image is not there after it was pulled");
            }
            var took = Duration.between(start, clock.instant()).toMillis();
            events.normal(pod, container.getName(), "Pulled", "Successfully pulled image \"" + image + "\" in " + took + "ms. Image size: " + found.sizeBytes() + " bytes.");
            finish(key, found, null);
        } catch (RuntimeFailure e) {
            events.warning(pod, container.getName(), "Failed", "Failed to pull image \"" + image + "\": " + e.getMessage());
            events.warning(pod, container.getName(), "Failed", "Error: ErrImagePull");
            finish(key, null, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            finish(key, null, "interrupted");
        }
    }

    private void finish(String key, @Nullable ImageRecord found, @Nullable String problem) {
        Set<Runnable> toTell;
        synchronized (this) {
            if (found != null) {
                pulled.put(key, found);
            } else {
                int before = failed.containsKey(key) ? failed.get(key).failures : 0;
                var delay = Backoff.delay(SHORTEST_BACKOFF, LONGEST_BACKOFF, before);
                failed.put(key, new Failure(String.valueOf(problem), before + 1, clock.instant().plus(delay)));
                unreported.add(key);
            }
            toTell = waiting.remove(key);
        }
        if (toTell != null) {
            toTell.forEach(Runnable::run);
        }
    }
}
