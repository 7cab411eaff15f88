package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.workqueue.Backoff;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.ServiceModel;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes what changed, computes what is wanted, hands it to the rule set. The thread `proxy-loop`.
final class ProxyLoop implements Runnable {

    /// The index of endpoint slices by the service they belong to, as `namespace/name`.
    static final String BY_SERVICE = "service";

    private static final Logger log = LoggerFactory.getLogger(ProxyLoop.class);
    private static final Duration INSPECTION = Duration.ofSeconds(30);

    private final Lister<Service> services;
    private final Lister<EndpointSlice> slices;
    private final ServiceChanges changes;
    private final RuleSet rules;
    private final String nodeName;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
    private final Timer syncs = Timer.builder("kubeproxy.sync.proxy.rules.duration").register(Metrics.registry());
    private final Counter failures = Counter.builder("kubeproxy.sync.failures").register(Metrics.registry());
    private volatile boolean complete;

    ProxyLoop(Lister<Service> services, Lister<EndpointSlice> slices, ServiceChanges changes, RuleSet rules, String nodeName) {
        this.services = services;
        this.slices = slices;
        this.changes = changes;
        this.rules = rules;
        this.nodeName = nodeName;
    }

    /// Whether the kernel has had everything at least once.
    boolean isComplete() {
        return complete;
    }

    @Override
    public void run() {
        boolean replace = true;
        try {
            while (true) {
                replace = !sync(replace);
                if (replace) {
                    Thread.sleep(backoff.next());
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
            failures.increment();
            log.warn("the kernel's rules are out of step, replacing them: {}", e.getMessage());
            return false;
        }
    }

    private void replaceAll() throws IOException {
        long start = System.nanoTime();
        rules.replaceAll(wanted(services.list().stream().map(ObjectKey::of).toList()));
        syncs.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        log.info("installed the rules of {} services in {} ms", services.list().size(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        complete = true;
    }

    private void update() throws IOException, InterruptedException {
        var dirty = changes.takeAll(INSPECTION.toNanos());
        if (dirty.isEmpty()) {
            if (!rules.isIntact()) {
                throw new IOException("the table is gone");
            }
            return;
        }
        long start = System.nanoTime();
        rules.update(wanted(dirty));
        syncs.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    private Map<ObjectKey, Map<Front, Backends>> wanted(Collection<ObjectKey> keys) {
        var wanted = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        for (var key : keys) {
            wanted.put(key, ServiceModel.of(services.get(key), slices.byIndex(BY_SERVICE, key.toString()), nodeName));
        }
        return wanted;
    }
}
