package io.moka.apiserver.server.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Conditions;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.kinds.service.AddressRepair;
import io.moka.apiserver.kinds.service.ClusterAddresses;
import io.moka.apiserver.kinds.service.ServiceAddresses;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Maintains the ServiceCIDR `kubernetes`, which represents this server's flag, and repairs the records of cluster addresses.
/// If the existing `kubernetes` differs from the flag, it is left unchanged and applies instead of the flag.
public final class ServiceRange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRange.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final Duration BETWEEN_REPAIRS = Duration.ofMinutes(3);

    private final VerbContext context;
    private final ObjectWriter writer;
    private final ServiceAddresses range;
    private final AddressRepair repair;
    private final Sleeper sleeper;
    private final ResourceType type;
    private final Thread thread = NeededThread.unstarted("cluster-addresses", this::run);
    private boolean differenceTold;

    public ServiceRange(VerbContext context, ObjectWriter writer, ServiceAddresses range, AddressRepair repair, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.context = context;
        this.writer = writer;
        this.range = range;
        this.repair = repair;
        type = context.catalog().get("networking.k8s.io", "v1", "servicecidrs");
    }

    /// Starts the thread that does both.
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
                sleeper.sleep(BETWEEN_LOOKS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Creates the object if it is missing, and sets its condition Ready if it has none.
    public void ensure() {
        ObjectNode known = context.caches().get(type, "", ClusterAddresses.DEFAULT_RANGE);
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
                    Conditions.set(current, "Ready", true, "", "Kubernetes default Service CIDR is ready", context.clock().instant()));
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
            context.caches().awaitFresh();
            ObjectNode others = context.caches().get(type, "", ClusterAddresses.DEFAULT_RANGE);
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
