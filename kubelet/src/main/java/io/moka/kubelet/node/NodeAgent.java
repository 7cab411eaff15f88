package io.moka.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registers the node and keeps its status true. One thread, `node-status`.
public final class NodeAgent implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration PERIOD_UNTIL_READY = Duration.ofMillis(100);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private final Resources<Node> nodes;
    private final NodeSettings settings;
    private final NodeStatuses statuses;
    private final InstantSource clock;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("node-status").unstarted(this::run);

    private volatile @Nullable Node node;

    // written by the thread alone: what the API was told last, and when
    private volatile @Nullable NodeStatus told;
    private Instant toldAt = Instant.EPOCH;

    // set by the informer's thread: the server shows something else than we told
    private volatile boolean mustTell;

    public NodeAgent(ApiClient client, NodeSettings settings, NodeStatuses statuses, InstantSource clock) {
        this.nodes = client.resources(Node.class);
        this.settings = settings;
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
        var before = node;
        node = changed;
        boolean contradicted = changed != null && contradicts(changed);
        if (contradicted) {
            mustTell = true;
        }
        if (changed == null || before == null || contradicted || !Objects.equals(before.getSpec(), changed.getSpec())) {
            wake();
        }
    }

    /// Whether the server shows a condition otherwise than we told it: after a silence of ours the controllers call all of them unknown.
    private boolean contradicts(Node shown) {
        var claimed = told;
        return claimed != null && shown.getStatus() != null && shown.getStatus().getConditions().stream().anyMatch(condition ->
                claimed.getConditions().stream().anyMatch(own -> own.getType().equals(condition.getType()) && !own.getStatus().equals(condition.getStatus())));
    }

    /// The range of this node's pod addresses, or null while it is not known.
    public @Nullable String podCidr() {
        var known = node;
        var assigned = known == null || known.getSpec() == null ? null : known.getSpec().getPodCIDR();
        return assigned == null || assigned.isEmpty() ? settings.podCidr() : assigned;
    }

    public Map<String, String> labels() {
        var known = node;
        return known == null || known.getMetadata().getLabels() == null ? ownLabels() : known.getMetadata().getLabels();
    }

    public boolean isReady() {
        return told != null && NodeStatuses.isReady(told);
    }

    private void run() {
        try {
            while (true) {
                var pause = PERIOD_UNTIL_READY;
                try {
                    if (node == null) {
                        register();
                    }
                    tell();
                    pause = isReady() ? PERIOD : PERIOD_UNTIL_READY;
                } catch (ApiException | UncheckedIOException e) {
                    log.debug("the node's status was not sent: {}", e.getMessage());
                    if (e instanceof ApiException refused && refused.isNotFound()) {
                        node = null;
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
        var known = nodes.find("", settings.name());
        if (known == null) {
            var status = statuses.now(List.of());
            node = nodes.create(new NodeBuilder().withNewMetadata().withName(settings.name()).withLabels(ownLabels()).endMetadata()
                    .withNewSpec().withTaints(settings.taints()).withPodCIDR(settings.podCidr())
                    .withPodCIDRs(settings.podCidr() == null ? List.of() : List.of(settings.podCidr())).endSpec()
                    .withStatus(status).build());
            log.info("registered node {}", settings.name());
        } else {
            node = known;
            adoptLabels(known);
        }
        told = null;
    }

    private void adoptLabels(Node known) {
        Map<String, String> labels = known.getMetadata().getLabels() == null ? Map.of() : known.getMetadata().getLabels();
        if (!labels.entrySet().containsAll(ownLabels().entrySet())) {
            node = nodes.patch("", settings.name(), PatchType.MERGE, Map.of("metadata", Map.of("labels", ownLabels())));
        }
    }

    private Map<String, String> ownLabels() {
        var labels = new HashMap<>(settings.labels());
        labels.put("kubernetes.io/hostname", settings.name());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", Machine.architecture());
        labels.put("beta.kubernetes.io/os", "linux");
        labels.put("beta.kubernetes.io/arch", Machine.architecture());
        return labels;
    }

    private void tell() {
        var known = node;
        List<NodeCondition> before = known == null || known.getStatus() == null ? List.of() : known.getStatus().getConditions();
        before = told != null ? told.getConditions() : before;
        var status = statuses.now(before);
        var now = clock.instant();
        if (!mustTell && told != null && Duration.between(toldAt, now).compareTo(LONGEST_SILENCE) < 0 && withoutHeartbeat(status).equals(withoutHeartbeat(told))) {
            return;
        }
        mustTell = false;
        nodes.patchStatus("", settings.name(), PatchType.STRATEGIC, Map.of("status", Json.tree(status)));
        if (NodeStatuses.isReady(status) && (told == null || !isReady())) {
            log.info("node {} is ready", settings.name());
        }
        told = status;
        toldAt = now;
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
