package io.moka.apiserver.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.crd.Conditions;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.rest.ObjectWriter;
import io.moka.apiserver.rest.Registry;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.strategy.AddressRange;
import io.moka.apiserver.strategy.AddressRepair;
import io.moka.apiserver.strategy.ClusterAddresses;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the ServiceCIDR `kubernetes`, which stands for this server's flag, and has the records of cluster addresses looked after.
/// A `kubernetes` that says something else than the flag stays as it is, and is what counts.
public final class ServiceRange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRange.class);
    private static final long LOOK_SECONDS = 10;
    private static final Duration BETWEEN_REPAIRS = Duration.ofMinutes(3);

    private final Registry registry;
    private final ObjectWriter writer;
    private final AddressRange range;
    private final AddressRepair repair;
    private final ResourceType type;
    private final Thread thread = Thread.ofVirtual().name("cluster-addresses").unstarted(this::run);
    private boolean differenceTold;

    public ServiceRange(Registry registry, ObjectWriter writer, AddressRange range, AddressRepair repair) {
        this.registry = registry;
        this.writer = writer;
        this.range = range;
        this.repair = repair;
        type = registry.catalog().get("networking.k8s.io", "v1", "servicecidrs");
    }

    /// Begins to look after both.
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        long nextRepair = System.nanoTime();
        try {
            while (true) {
                try {
                    ensure();
                    if (System.nanoTime() - nextRepair >= 0) {
                        repair.pass();
                        nextRepair = System.nanoTime() + BETWEEN_REPAIRS.toNanos();
                    }
                } catch (RuntimeException failed) {
                    LOG.warn("The cluster addresses could not be looked after: {}", failed.getMessage());
                }
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes the object if it is missing, and calls it ready if nobody has judged it yet.
    public void ensure() {
        ObjectNode known = registry.caches().get(type, "", ClusterAddresses.DEFAULT_RANGE);
        if (known == null) {
            known = create();
        }
        if (known.path("metadata").has("deletionTimestamp")) {
            return;
        }
        boolean same = known.path("spec").path("cidrs").path(0).asText().equals(range.toString());
        if (!same && !differenceTold) {
            LOG.warn("The ServiceCIDR {} is {}, not {} as the flag says", ClusterAddresses.DEFAULT_RANGE, known.path("spec").path("cidrs"), range);
            differenceTold = true;
        }
        if (same && !judged(known)) {
            writer.updateStatus(type, "", ClusterAddresses.DEFAULT_RANGE, SystemObjects.APISERVER, current ->
                    Conditions.set(current, "Ready", true, "", "Kubernetes default Service CIDR is ready", registry.clock().instant()));
        }
    }

    private ObjectNode create() {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", ClusterAddresses.DEFAULT_RANGE);
        object.putObject("spec").putArray("cidrs").add(range.toString());
        try {
            return writer.create(type, "", object, SystemObjects.APISERVER);
        } catch (ApiException refused) {
            if (!refused.reason().equals("AlreadyExists")) {
                throw refused;
            }
            registry.caches().awaitFresh();
            ObjectNode others = registry.caches().get(type, "", ClusterAddresses.DEFAULT_RANGE);
            return others == null ? object : others;
        }
    }

    private static boolean judged(JsonNode range) {
        for (JsonNode condition : range.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return true;
            }
        }
        return false;
    }
}
