package io.moka.scheduler.framework;

import io.moka.scheduler.cache.PodInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The pods that [Permit] plugins let wait. Each is assumed on its node, so their number is bounded by the nodes' places for pods. Safe for any number of
/// threads.
public final class WaitingPods {

    private static final Duration LONGEST = Duration.ofMinutes(15);

    /// A pod that waits until each plugin that let it wait allows it, one refuses it, or the shortest of their times is over.
    public final class Waiting {
        private final PodInfo pod;
        private final Duration atMost;
        private final CompletableFuture<String> refusal = new CompletableFuture<>();

        // guarded by this: the plugins that have not allowed the pod yet
        private final Map<String, Duration> pending;

        private Waiting(PodInfo pod, Map<String, Duration> pending) {
            this.pod = pod;
            this.pending = new HashMap<>(pending);
            this.atMost = pending.values().stream().min(Duration::compareTo).filter(shortest -> shortest.compareTo(LONGEST) < 0).orElse(LONGEST);
        }

        private synchronized void allow(String plugin) {
            pending.remove(plugin);
            if (pending.isEmpty()) {
                refusal.complete("");
            }
        }

        /// Blocks. Null if all plugins allow the pod, otherwise why it is refused.
        public @Nullable String await() throws InterruptedException {
            try {
                var why = refusal.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
                return why.isEmpty() ? null : why;
            } catch (TimeoutException e) {
                return "it was not allowed within " + atMost.toSeconds() + " s";
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } finally {
                waiting.remove(pod.uid(), this);
            }
        }
    }

    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    /// @param plugins the plugins that let the pod wait, each with the longest wait
    public Waiting add(PodInfo pod, Map<String, Duration> plugins) {
        var added = new Waiting(pod, plugins);
        waiting.put(pod.uid(), added);
        return added;
    }

    /// The pods that wait now.
    public List<PodInfo> pods() {
        return waiting.values().stream().map(one -> one.pod).toList();
    }

    /// The plugin does not hold the pod back any longer. Without effect for a pod that does not wait.
    public void allow(String uid, String plugin) {
        var known = waiting.get(uid);
        if (known != null) {
            known.allow(plugin);
        }
    }

    /// The pod is not bound; it is scheduled anew after a pause. Without effect for a pod that does not wait.
    public void refuse(String uid, String why) {
        var known = waiting.get(uid);
        if (known != null) {
            known.refusal.complete(why);
        }
    }
}
