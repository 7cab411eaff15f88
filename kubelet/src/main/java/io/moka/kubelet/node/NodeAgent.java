package io.moka.kubelet.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Heartbeat;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registers the node and keeps its status up to date. One thread, `node-status`.
public final class NodeAgent implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration PERIOD_UNTIL_READY = Duration.ofMillis(100);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(5);
    /// A round takes so long when the engine and a network plugin let all their deadlines pass.
    private static final Duration LONGEST_UNTOLD = Duration.ofSeconds(100);

    private final Resources<Node> nodes;
    private final NodeSettings settings;
    private final KnownNode known;
    private final NodeStatuses statuses;
    private final InstantSource clock;
    private final Semaphore bell = new Semaphore(0);
    private final Heartbeat rounds;
    private final Heartbeat telling;
    private final Thread thread = NeededThread.unstarted("node-status", this::run);

    // written by the thread alone: the status that was last sent to the API, and when
    private volatile @Nullable NodeStatus told;
    private Instant toldAt = Instant.EPOCH;

    // set by the informer's thread: the server shows another status than the one that was sent
    private volatile boolean mustTell;

    /// @param known gets the node's object whenever it was seen
    /// @param nanoTime the monotonic clock, in nanoseconds
    public NodeAgent(ApiClient client, KnownNode known, NodeStatuses statuses, InstantSource clock, LongSupplier nanoTime) {
        this.rounds = new Heartbeat("a look at the node's status", LONGEST_ROUND, nanoTime);
        this.telling = new Heartbeat("telling the node's status", LONGEST_UNTOLD, nanoTime);
        this.nodes = client.resources(Node.class);
        this.known = known;
        this.settings = known.settings();
        this.statuses = statuses;
        this.clock = clock;
    }

    public void start() {
        thread.start();
    }

    /// Look again now: something that the status tells may have changed.
    public void wake() {
        bell.release();
    }

    /// The node's object has been deleted or changed.
    public void observe(@Nullable Node changed) {
        var before = known.get();
        known.set(changed);
        boolean contradicted = changed != null && contradicts(changed);
        if (contradicted) {
            mustTell = true;
        }
        if (changed == null || before == null || contradicted || !Objects.equals(before.getSpec(), changed.getSpec()) || differInCapacity(before, changed)) {
            wake();
        }
    }

    /// Whether the server shows another condition than the one that was sent: when the node has been silent, the controllers set all of them to unknown.
    private boolean contradicts(Node shown) {
        var claimed = told;
        return claimed != null && shown.getStatus() != null && shown.getStatus().getConditions().stream().anyMatch(condition ->
                claimed.getConditions().stream().anyMatch(own -> own.getType().equals(condition.getType()) && !own.getStatus().equals(condition.getStatus())));
    }

    public boolean isReady() {
        return told != null && NodeStatuses.isReady(told);
    }

    /// Returns why the loop does not go on; null while it does.
    public @Nullable String stuck() {
        return rounds.problem();
    }

    /// Returns for how long the API does not show the node's status; null while it does.
    public @Nullable String unheard() {
        return telling.problem();
    }

    private void run() {
        try {
            while (true) {
                rounds.beat();
                var pause = PERIOD_UNTIL_READY;
                try {
                    if (known.get() == null) {
                        register();
                    }
                    tell();
                    telling.beat();
                    pause = isReady() ? PERIOD : PERIOD_UNTIL_READY;
                } catch (ApiException | UncheckedIOException e) {
                    log.debug("the node's status was not sent: {}", e.getMessage());
                    if (e instanceof ApiException refused && refused.isNotFound()) {
                        known.set(null);
                    }
                }
                bell.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void register() {
        var found = nodes.find("", settings.name());
        if (found == null) {
            var status = statuses.now(List.of(), Map.of());
            known.set(nodes.create(new NodeBuilder().withNewMetadata().withName(settings.name()).withLabels(known.ownLabels()).endMetadata()
                    .withNewSpec().withTaints(settings.taints()).withPodCIDR(settings.podCidr())
                    .withPodCIDRs(settings.podCidr() == null ? List.of() : List.of(settings.podCidr())).endSpec()
                    .withStatus(status).build()));
            log.info("registered node {}", settings.name());
        } else {
            known.set(found);
            adoptLabels(found);
        }
        told = null;
    }

    private void adoptLabels(Node found) {
        Map<String, String> labels = found.getMetadata().getLabels() == null ? Map.of() : found.getMetadata().getLabels();
        if (!labels.entrySet().containsAll(known.ownLabels().entrySet())) {
            known.set(nodes.patch("", settings.name(), PatchType.MERGE, Map.of("metadata", Map.of("labels", known.ownLabels()))));
        }
    }

    private void tell() {
        var present = known.get();
        List<NodeCondition> before = present == null || present.getStatus() == null ? List.of() : present.getStatus().getConditions();
        before = told != null ? told.getConditions() : before;
        var extended = extended(present == null || present.getStatus() == null ? null : present.getStatus().getCapacity());
        var status = statuses.now(before, extended);
        var now = clock.instant();
        if (!mustTell && told != null && Duration.between(toldAt, now).abs().compareTo(LONGEST_SILENCE) < 0 && withoutHeartbeat(status).equals(withoutHeartbeat(told))) {
            return;
        }
        mustTell = false;
        nodes.patchStatus("", settings.name(), PatchType.STRATEGIC, Map.of("status", patch(status, present)));
        if (NodeStatuses.isReady(status) && (told == null || !isReady())) {
            log.info("node {} is ready", settings.name());
        }
        told = status;
        toldAt = now;
    }

    /// Extended resources have a domain of their own. The kubelet neither makes nor removes their capacity.
    private static Map<String, Quantity> extended(@Nullable Map<String, Quantity> capacity) {
        var extended = new TreeMap<String, Quantity>();
        if (capacity != null) {
            capacity.forEach((name, amount) -> {
                if (name.contains("/") && !name.split("/", 2)[0].endsWith("kubernetes.io")) {
                    extended.put(name, amount);
                }
            });
        }
        return extended;
    }

    /// Returns the patch of the status. A resource whose capacity was removed is removed from `allocatable`, too: amounts are merged by name, so the patch has
    /// to name it.
    private static ObjectNode patch(NodeStatus status, @Nullable Node known) {
        ObjectNode patch = Json.mapper().valueToTree(status);
        if (known != null && known.getStatus() != null && known.getStatus().getAllocatable() != null) {
            extended(known.getStatus().getAllocatable()).keySet().stream().filter(name -> !status.getAllocatable().containsKey(name))
                    .forEach(name -> patch.withObject("allocatable").putNull(name));
        }
        return patch;
    }

    private static boolean differInCapacity(Node before, Node after) {
        return before.getStatus() != null && after.getStatus() != null
                && !extended(before.getStatus().getCapacity()).equals(extended(after.getStatus().getCapacity()));
    }

    private static NodeStatus withoutHeartbeat(NodeStatus status) {
        return new NodeStatusBuilder(status).withConditions(status.getConditions().stream()
                .map(condition -> new NodeConditionBuilder(condition).withLastHeartbeatTime(null).build()).toList()).build();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
