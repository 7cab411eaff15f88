package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Stands in for kubelets and watches the controllers' work: it marks new pods as ready, one by one in random order, and checks each change of a pod by a rule.
final class PodObserver implements AutoCloseable {

    /// A pod as the watch last showed it.
    record Seen(String name, String node, String image, boolean ready) {

        private static Seen of(JsonNode pod) {
            boolean ready = pod.at("/status/conditions").valueStream()
                    .anyMatch(condition -> condition.path("type").asText().equals("Ready") && condition.path("status").asText().equals("True"));
            return new Seen(pod.at("/metadata/name").asText(),
                    pod.at("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0/values/0").asText(),
                    pod.at("/spec/containers/0/image").asText(), ready);
        }
    }

    /// Checks a change of a pod against the pods that existed before it.
    interface Rule {

        /// @return the violation, or null if the change is allowed
        @Nullable String broken(Map<String, Seen> before, @Nullable Seen was, @Nullable Seen is);
    }

    private final Api api;
    private final String pods;
    private final Rule rule;
    private final Watch watch;
    private final Random random;
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    // guarded by this
    private final Map<String, Seen> seen = new TreeMap<>();

    PodObserver(Api api, String pods, long seed, Rule rule) {
        this.api = api;
        this.pods = pods;
        this.rule = rule;
        this.random = new Random(seed);
        this.watch = api.watch(pods + "?watch=true&resourceVersion=" + api.get(pods).expect(200).text("metadata", "resourceVersion"));
        threads.add(Thread.ofVirtual().start(this::observe));
        threads.add(Thread.ofVirtual().start(this::makeReady));
    }

    private void observe() {
        try {
            while (!closed) {
                var event = watch.next();
                var pod = Seen.of(event.path("object"));
                see(pod.name(), event.path("type").asText().equals("DELETED") ? null : pod);
            }
        } catch (UncheckedIOException | AssertionError ended) {
            if (!closed) {
                violations.add("the watch has ended: " + ended.getMessage());
            }
        }
    }

    private synchronized void see(String name, @Nullable Seen is) {
        var problem = rule.broken(Map.copyOf(seen), seen.get(name), is);
        if (problem != null) {
            violations.add(problem);
        }
        if (is == null) {
            seen.remove(name);
        } else {
            seen.put(name, is);
        }
        notifyAll();
    }

    private void makeReady() {
        try {
            while (true) {
                api.merge(pods + "/" + next() + "/status", """
                        status: {phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String next() throws InterruptedException {
        while (true) {
            var waiting = seen.values().stream().filter(pod -> !pod.ready()).toList();
            if (!waiting.isEmpty()) {
                return waiting.get(random.nextInt(waiting.size())).name();
            }
            wait();
        }
    }

    synchronized List<Seen> seen() {
        return List.copyOf(seen.values());
    }

    List<String> violations() {
        return violations;
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        watch.close();
    }
}
