package io.moka.proxy.policy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.workqueue.Backoff;
import io.moka.proxy.kernel.RulesRefusedException;
import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.Isolation;
import io.moka.proxy.policy.model.PodFacts;
import io.moka.proxy.policy.model.PolicyBook;
import io.moka.proxy.policy.nftables.PolicyRuleSet;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the changed objects, computes the isolations and writes them into the kernel. Runs on the thread `policy-loop`.
///
/// While there is no policy the loop does nothing and the kernel has no rules. A failed pass does not end the loop: the next pass replaces all rules.
final class PolicyLoop implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(PolicyLoop.class);
    private static final Duration INSPECTION = Duration.ofSeconds(30);
    /// How often the node's interfaces are looked at: a new one means that the plugin has marked an address. A pod that runs already may get
    /// another sandbox, and with it an address, but seldom does.
    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final Duration SELDOM_GLANCE = Duration.ofMillis(200);
    /// How long a change may wait for the kernel before the process counts as not ready.
    private static final Duration LONGEST_LAG = Duration.ofSeconds(30);

    private final ClusterView cluster;
    private final Changes changes;
    private final PolicyRuleSet rules;
    private final String node;
    private final BiConsumer<NetworkPolicy, String> refusals;
    private final Supplier<Object> interfaces;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
    private final Timer syncs = Timer.builder("networkpolicy.sync.duration").register(Metrics.registry());
    private final Counter failures = Counter.builder("networkpolicy.sync.failures").register(Metrics.registry());

    // the loop's thread alone
    private PolicyBook book;
    private final LocalPods local = new LocalPods();
    private final RefusedIsolations aside;
    private boolean installed;
    private long inspectedAt;
    private Object interfacesThen = "";
    // written by the loop alone: whether everything was installed, and nothing is known to be amiss
    private volatile boolean inStep;

    /// @param refusals gets each policy that is not enforced as it is written, with the reason
    /// @param interfaces gives something else than before when the node has another network interface; it costs little
    /// @param sleeper waits after a pass that failed
    PolicyLoop(ClusterView cluster, Changes changes, PolicyRuleSet rules, String node, BiConsumer<NetworkPolicy, String> refusals, Supplier<Object> interfaces,
            LongSupplier nanoTime, Sleeper sleeper) {
        this.cluster = cluster;
        this.changes = changes;
        this.rules = rules;
        this.node = node;
        this.refusals = refusals;
        this.interfaces = interfaces;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
        this.book = new PolicyBook(node);
        this.aside = new RefusedIsolations(nanoTime);
    }

    /// Whether the kernel has everything but what changed in the last 30 s.
    boolean isReady() {
        return inStep && changes.lag().compareTo(LONGEST_LAG) <= 0;
    }

    @Override
    public void run() {
        try {
            cluster.awaitPolicies();
            boolean replace = true;
            while (true) {
                replace = !pass(replace);
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

    private boolean pass(boolean replace) throws InterruptedException {
        try {
            if (cluster.policies().isEmpty()) {
                rest(replace);
            } else if (replace || !installed) {
                replaceAll();
            } else {
                update();
            }
            return true;
        } catch (IOException e) {
            outOfStep();
            log.warn("the kernel's network policies are out of step, replacing them: {}", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            outOfStep();
            log.warn("a pass failed; all network policies are replaced next", e);
            return false;
        }
    }

    private void outOfStep() {
        failures.increment();
        inStep = false;
    }

    /// Leaves nothing in the kernel, and waits for a policy.
    private void rest(boolean unknown) throws IOException, InterruptedException {
        if (installed || unknown) {
            rules.remove();
            installed = false;
        }
        changes.applied();
        inStep = true;
        changes.take(INSPECTION);
    }

    private void replaceAll() throws IOException, InterruptedException {
        cluster.awaitPods();
        long start = nanoTime.getAsLong();
        changes.take(Duration.ZERO);
        book = new PolicyBook(node);
        local.clear();
        var policies = cluster.policies();
        policies.forEach(this::put);
        cluster.namespaces().forEach(namespace -> book.putNamespace(namespace.getMetadata().getName(), labels(namespace)));
        cluster.pods().forEach(pod -> put(ObjectKey.of(pod), pod));
        interfacesThen = "";
        readMarks();
        local.facts().forEach(book::put);
        install(rules::replaceAll);
        installed = true;
        log.info("installed {} network policies in {} ms", policies.size(), TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start));
    }

    private void update() throws IOException, InterruptedException {
        var taken = changes.take(local.isExpecting() ? GLANCE : SELDOM_GLANCE);
        boolean pods = false;
        for (var change : taken) {
            switch (change) {
                case Changes.Change.OfPolicy(var key) -> putPolicy(key);
                case Changes.Change.OfNamespace(var name) -> putNamespace(name);
                case Changes.Change.OfPod(var key) -> pods |= put(key, cluster.pod(key));
            }
        }
        boolean marked = readMarks();
        if (pods || marked) {
            local.facts().forEach(book::put);
        }
        if (!taken.isEmpty() || marked || !local.judged().isEmpty() || aside.isDue()) {
            install(rules::update);
        }
        inspect();
    }

    /// Returns whether the plugin has marked something, which it does before it makes an interface.
    private boolean readMarks() throws IOException {
        var now = interfaces.get();
        if (now.equals(interfacesThen)) {
            return false;
        }
        boolean changed = local.mark(rules.marks());
        interfacesThen = now;
        return changed;
    }

    private void inspect() throws IOException {
        long now = nanoTime.getAsLong();
        if (now - inspectedAt >= INSPECTION.toNanos()) {
            if (!rules.isIntact()) {
                throw new IOException("a table is gone");
            }
            inspectedAt = now;
            interfacesThen = "";
        }
    }

    /// A step of the rule set.
    private interface Installation {
        void run(Collection<Isolation> wanted, Collection<Address> judged) throws IOException;
    }

    /// An isolation that the kernel refuses is installed with nothing allowed, and an event on its policies reports that.
    private void install(Installation step) throws IOException {
        long start = nanoTime.getAsLong();
        var wanted = aside.admitted(book.isolations().values());
        var judged = local.judged();
        try {
            step.run(wanted, judged);
        } catch (RulesRefusedException e) {
            var refused = rules.refused(wanted);
            if (refused.isEmpty()) {
                throw new IOException(e.getMessage(), e);
            }
            refused.forEach((key, reason) -> {
                var isolation = book.isolations().get(key);
                aside.add(isolation);
                isolation.policies().forEach(policy -> refuse(policy, "its rules are refused: " + reason));
            });
            step.run(aside.admitted(book.isolations().values()), judged);
        }
        local.release(judged);
        changes.applied();
        inStep = true;
        syncs.record(nanoTime.getAsLong() - start, TimeUnit.NANOSECONDS);
    }

    private void refuse(ObjectKey key, String reason) {
        log.warn("network policy {} allows nothing on this node: {}", key, reason);
        var policy = cluster.policy(key);
        if (policy != null) {
            refusals.accept(policy, reason);
        }
    }

    private void putPolicy(ObjectKey key) {
        var policy = cluster.policy(key);
        if (policy == null) {
            book.removePolicy(key);
        } else {
            put(policy);
        }
    }

    private void put(NetworkPolicy policy) {
        try {
            book.put(policy);
        } catch (IllegalArgumentException e) {
            refuse(ObjectKey.of(policy), "it cannot be read: " + e.getMessage());
        }
    }

    private void putNamespace(String name) {
        var namespace = cluster.namespace(name);
        book.putNamespace(name, namespace == null ? null : labels(namespace));
    }

    private static Map<String, String> labels(Namespace namespace) {
        var labels = namespace.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    /// Returns whether it is or was a pod of this node. A pod that cannot be read is as if it were not there.
    private boolean put(ObjectKey key, @Nullable Pod pod) {
        if (pod != null && node.equals(pod.getSpec().getNodeName())) {
            local.put(key, pod);
            return true;
        }
        try {
            book.put(key, pod == null ? null : PodFacts.of(pod, PodFacts.reported(pod)));
        } catch (RuntimeException e) {
            log.warn("pod {} counts for no network policy: it cannot be read", key, e);
        }
        return local.remove(key);
    }
}
