package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.workqueue.Backoff;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.HealthCheck;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.NodeView;
import io.moka.proxy.model.ServiceModel;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the changed services, computes their wanted fronts and passes them to the rule set. Runs on the thread `proxy-loop`.
///
/// A service whose rules the kernel refuses is set aside, so that all others get their rules, and an event on the service says why. A failed pass does not end
/// the loop: the next pass replaces all rules.
final class ProxyLoop implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ProxyLoop.class);
    private static final Duration INSPECTION = Duration.ofSeconds(30);
    /// How long a change may wait for the kernel before the process counts as not ready.
    private static final Duration LONGEST_LAG = Duration.ofSeconds(30);

    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A part of this process that follows the services. It is called after the kernel has their rules.
    interface Follower {

        void set(ObjectKey service, Map<Front, Backends> fronts, @Nullable HealthCheck check);

        /// Drops all services but these.
        void retain(Set<ObjectKey> services);
    }

    private final ServiceView services;
    private final ServiceChanges changes;
    private final RuleSet rules;
    private final Supplier<NodeView> node;
    private final PortClaims ports;
    private final Follower follower;
    private final BiConsumer<Service, String> refusals;
    private final SetAside aside;
    private final Sleeper sleeper;
    private final Queue<FutureTask<?>> questions = new ConcurrentLinkedQueue<>();
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
    private final Timer syncs = Timer.builder("kubeproxy.sync.proxy.rules.duration").register(Metrics.registry());
    private final Counter failures = Counter.builder("kubeproxy.sync.failures").register(Metrics.registry());
    // the loop's own: what it sees of the node, and when stale flows are to be looked for again; 0 for never
    private @Nullable NodeView seen;
    private long settleAt;
    // written by the loop alone: whether everything was installed, and no fault is known
    private volatile boolean inStep;

    /// @param node returns the node's present view; another view than before makes the next pass replace everything
    /// @param ports decides which fronts may have their ports
    /// @param refusals is called with each service that the kernel refuses, and the reason
    /// @param sleeper waits after a pass that failed
    ProxyLoop(ServiceView services, ServiceChanges changes, RuleSet rules, Supplier<NodeView> node, PortClaims ports, Follower follower,
            BiConsumer<Service, String> refusals, InstantSource clock, Sleeper sleeper) {
        this.services = services;
        this.changes = changes;
        this.rules = rules;
        this.node = node;
        this.ports = ports;
        this.follower = follower;
        this.refusals = refusals;
        this.aside = new SetAside(clock);
        this.sleeper = sleeper;
    }

    /// Whether the kernel has all changes that are older than 30 s.
    boolean isReady() {
        return inStep && changes.lag().compareTo(LONGEST_LAG) <= 0;
    }

    /// Has the loop's thread run the question between two passes, so that it may use the rule set, and returns the answer.
    ///
    /// @throws IOException when the question failed, or the loop was busy for more than 10 s
    <T> T ask(Callable<T> question) throws IOException {
        var task = new FutureTask<>(question);
        questions.add(task);
        changes.wake();
        try {
            return task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            questions.remove(task);
            throw new IOException("the proxy was busy for " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void answer() {
        for (var task = questions.poll(); task != null; task = questions.poll()) {
            task.run();
        }
    }

    @Override
    public void run() {
        boolean replace = true;
        try {
            while (true) {
                replace = !sync(replace);
                if (replace) {
                    sleeper.sleep(backoff.next());
                } else {
                    backoff.reset();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean sync(boolean replace) throws InterruptedException {
        try {
            if (replace) {
                replaceAll();
            } else {
                update();
            }
            return true;
        } catch (IOException e) {
            outOfStep();
            log.warn("the kernel's rules are out of step, replacing them: {}", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            outOfStep();
            log.warn("a pass failed; all rules are replaced next", e);
            return false;
        }
    }

    private void outOfStep() {
        failures.increment();
        inStep = false;
    }

    private void replaceAll() throws IOException {
        long start = System.nanoTime();
        changes.takeAllNow();
        var now = node.get();
        seen = now;
        rules.nodePortsOn(now.nodePortAddresses());
        var keys = services.keys();
        apply(wanted(keys, now), rules::replaceAll);
        ports.retain(Set.copyOf(keys));
        follower.retain(Set.copyOf(keys));
        inStep = true;
        syncs.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        log.info("installed the rules of {} services in {} ms", keys.size(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private void update() throws IOException, InterruptedException {
        var dirty = new LinkedHashSet<>(changes.takeAll((settleAt == 0 ? INSPECTION : SETTLING).toNanos()));
        answer();
        if (settleAt != 0 && System.nanoTime() - settleAt >= 0) {
            settleAt = 0;
            rules.settle();
        } else if (dirty.isEmpty() && !rules.isIntact()) {
            throw new IOException("they are gone");
        }
        dirty.addAll(aside.due());
        dirty.addAll(ports.due());
        if (dirty.isEmpty()) {
            return;
        }
        var now = node.get();
        if (!now.equals(seen)) {
            log.info("the node has changed: {}", now);
            replaceAll();
            return;
        }
        long start = System.nanoTime();
        apply(wanted(dirty, now), rules::update);
        syncs.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    /// One of the two methods of a rule set that apply services.
    private interface Call {
        void accept(Map<ObjectKey, Map<Front, Backends>> services) throws IOException;
    }

    /// The desired state of one service: its fronts, and its health check or null.
    private record Wanted(Map<Front, Backends> fronts, @Nullable HealthCheck check) {
    }

    /// Applies the wanted fronts, without the services that the kernel refuses, then calls the follower.
    private void apply(Map<ObjectKey, Wanted> wanted, Call call) throws IOException {
        var admitted = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        wanted.forEach((key, what) -> admitted.put(key, withoutAside(key, what.fronts)));
        try {
            call.accept(admitted);
        } catch (ServicesRefusedException e) {
            e.reasons().forEach((part, reason) -> setAside(part, admitted, reason));
            call.accept(admitted);
        }
        changes.applied();
        settleAt = System.nanoTime() + SETTLING.toNanos() | 1;
        wanted.forEach((key, what) -> follower.set(key, what.fronts, what.check));
    }

    private Map<Front, Backends> withoutAside(ObjectKey key, Map<Front, Backends> fronts) {
        var admitted = new LinkedHashMap<>(fronts);
        for (var family : IpFamily.values()) {
            if (aside.holds(new ServicesRefusedException.Part(key, family), of(family, fronts))) {
                admitted.keySet().removeIf(front -> front.family() == family);
            }
        }
        return admitted;
    }

    private static Map<Front, Backends> of(IpFamily family, Map<Front, Backends> fronts) {
        var part = new LinkedHashMap<>(fronts);
        part.keySet().removeIf(front -> front.family() != family);
        return part;
    }

    private void setAside(ServicesRefusedException.Part part, Map<ObjectKey, Map<Front, Backends>> admitted, String reason) {
        var fronts = Objects.requireNonNull(admitted.get(part.service()));
        aside.add(part, of(part.family(), fronts));
        fronts.keySet().removeIf(front -> front.family() == part.family());
        log.warn("service {} has no rules on this node: {}; trying it again in {} minutes, or when it changes", part, reason, SetAside.RETRY.toMinutes());
        tell(part.service(), reason);
    }

    private void tell(ObjectKey key, String reason) {
        var service = services.service(key);
        if (service != null) {
            refusals.accept(service, reason);
        }
    }

    private Map<ObjectKey, Wanted> wanted(Collection<ObjectKey> keys, NodeView now) {
        var wanted = new LinkedHashMap<ObjectKey, Wanted>();
        for (var key : keys) {
            wanted.put(key, model(key, now));
        }
        return wanted;
    }

    /// Computes the desired state of a service. A service that cannot be read gets no rules, and does not keep the others from theirs.
    private Wanted model(ObjectKey key, NodeView now) {
        try {
            var service = services.service(key);
            var slices = services.slices(key);
            return new Wanted(ports.admit(key, ServiceModel.of(service, slices, now)), ServiceModel.healthCheck(service, slices, now));
        } catch (RuntimeException e) {
            log.warn("service {} has no rules on this node: it cannot be read", key, e);
            tell(key, "the service or one of its slices cannot be read: " + e);
            return new Wanted(Map.of(), null);
        }
    }
}
