package io.moka.kubelet.image;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.event.PodEvents;
import io.moka.kubelet.runtime.ContainerRuntime;
import io.moka.kubelet.runtime.ImageRecord;
import io.moka.kubelet.runtime.RegistryLogin;
import io.moka.kubelet.runtime.RuntimeFailure;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.workqueue.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pulls images that containers need and that are not on the node. Safe for any number of threads; each pull has a thread `pull-<image>` of its own.
public final class ImagePuller {

    private static final Logger log = LoggerFactory.getLogger(ImagePuller.class);
    private static final int REMEMBERED_FAILURES = 1_000;
    private static final Duration SHORTEST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    /// @param failures in a row
    private record Failure(String message, int failures, Instant retryAt) {
    }

    private final ContainerRuntime runtime;
    private final PullSecrets secrets;
    private final PodEvents events;
    private final PulledImages fetched;
    private final InstantSource clock;

    /// One pull of an image. Pods that pull an image with the same login share it.
    private record Pull(String image, @Nullable RegistryLogin login) {
    }

    /// A container that waits for an image.
    private record Waiter(Pod pod, Container container, String key, Runnable whenChanged, Instant since) {
    }

    // guarded by this: who waits for each pull that is not over; the keys of all waiters
    private final Map<Pull, List<Waiter>> waiters = new HashMap<>();
    private final Set<String> waiting = new HashSet<>();
    private final PullQueue<Pull> queue = new PullQueue<>(pull -> NeededThread.start("pull-" + pull.image, () -> pull(pull)));
    // guarded by this: results of pulls that no pod has read yet, by pod, container and image
    private final Map<String, ImageRecord> pulled = bounded();
    private final Map<String, Failure> failed = bounded();
    private final Set<String> unreported = Collections.newSetFromMap(bounded());

    /// @param fetched takes note of what came from registries
    public ImagePuller(ContainerRuntime runtime, ClusterObjects objects, PodEvents events, PulledImages fetched, InstantSource clock) {
        this.fetched = fetched;
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
        var key = key(pod, container);
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

    private static String key(Pod pod, Container container) {
        return pod.getMetadata().getUid() + " " + container.getName() + " " + container.getImage();
    }

    /// A time that is further ahead than the longest back-off is due to a clock that was set back.
    private boolean isAhead(Instant retryAt) {
        var now = clock.instant();
        return now.isBefore(retryAt) && retryAt.isBefore(now.plus(LONGEST_BACKOFF).plusSeconds(1));
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
            if (failure != null && isAhead(failure.retryAt)) {
                events.normal(pod, container.getName(), "BackOff", "Back-off pulling image \"" + image + "\"");
                events.warning(pod, container.getName(), "Failed", "Error: ImagePullBackOff");
                return new ImageOutcome.Unavailable("ImagePullBackOff", "Back-off pulling image \"" + image + "\": ErrImagePull: " + failure.message);
            }
            if (!waiting.add(key)) {
                return new ImageOutcome.Pulling();
            }
        }
        boolean joined = false;
        try {
            join(new Waiter(pod, container, key, whenChanged, clock.instant()), image);
            joined = true;
        } finally {
            if (!joined) {
                leave(key);
            }
        }
        return new ImageOutcome.Pulling();
    }

    private synchronized void leave(String key) {
        waiting.remove(key);
    }

    private void join(Waiter waiter, String image) {
        events.normal(waiter.pod, waiter.container.getName(), "Pulling", "Pulling image \"" + image + "\"");
        var pull = new Pull(image, secrets.loginFor(waiter.pod, image));
        synchronized (this) {
            boolean first = !waiters.containsKey(pull);
            waiters.computeIfAbsent(pull, p -> new ArrayList<>()).add(waiter);
            if (first) {
                queue.add(ImageNames.registry(image), pull);
            }
        }
    }

    /// Makes one pull. Whatever goes wrong, its waiters are told and its slot is free; they ask for it again.
    private void pull(Pull pull) {
        ImageRecord found = null;
        var problem = "the kubelet failed";
        try {
            runtime.pull(ImageNames.withTag(pull.image), pull.login);
            var local = runtime.image(pull.image);
            if (local == null) {
                throw new RuntimeFailure("the image is not there after it was pulled");
            }
            fetched.add(ImageNames.withTag(pull.image), local.id());
            found = local;
        } catch (RuntimeFailure e) {
            problem = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = "interrupted";
        } catch (RuntimeException e) {
            log.error("pulling {} has failed for a reason that was not foreseen", pull.image, e);
            problem = "unforeseen: " + e;
        } finally {
            finish(pull, found, problem);
        }
    }

    private void finish(Pull pull, @Nullable ImageRecord found, String problem) {
        List<Waiter> served;
        synchronized (this) {
            served = waiters.remove(pull);
            served.forEach(waiter -> settle(waiter, found, problem));
            queue.ended(ImageNames.registry(pull.image));
        }
        for (var waiter : served) {
            try {
                tell(waiter, pull.image, found, problem);
            } catch (RuntimeException e) {
                log.error("pod {} was not told of the pull of {}", waiter.pod.getMetadata().getName(), pull.image, e);
            }
        }
    }

    private void settle(Waiter waiter, @Nullable ImageRecord found, String problem) {
        waiting.remove(waiter.key);
        if (found != null) {
            pulled.put(waiter.key, found);
            return;
        }
        int before = failed.containsKey(waiter.key) ? failed.get(waiter.key).failures : 0;
        failed.put(waiter.key, new Failure(problem, before + 1, clock.instant().plus(Backoff.delay(SHORTEST_BACKOFF, LONGEST_BACKOFF, before))));
        unreported.add(waiter.key);
    }

    private void tell(Waiter waiter, String image, @Nullable ImageRecord found, String problem) {
        var name = waiter.container.getName();
        if (found != null) {
            var took = Duration.between(waiter.since, clock.instant()).toMillis();
            events.normal(waiter.pod, name, "Pulled", "Successfully pulled image \"" + image + "\" in " + took + "ms. Image size: " + found.sizeBytes() + " bytes.");
        } else {
            events.warning(waiter.pod, name, "Failed", "Failed to pull image \"" + image + "\": " + problem);
            events.warning(waiter.pod, name, "Failed", "Error: ErrImagePull");
        }
        waiter.whenChanged.run();
    }
}
