package io.moka.kubelet.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.machinery.client.Json;
import io.moka.machinery.pki.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Attaches sandboxes to the network and detaches them. Safe for any number of threads.
public final class PodNetworks {

    private static final Logger log = LoggerFactory.getLogger(PodNetworks.class);
    private static final Duration STATUS_LASTS = Duration.ofMinutes(5);
    private static final Duration LONGEST_TURN = Duration.ofMinutes(5);
    static final int MOST_DELETES = 10;
    static final int MOST_CALLS = 8;
    static final int MOST_AHEAD = 2;
    private static final String UNINITIALIZED = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
            + "message:docker: network plugin is not ready: cni config uninitialized";

    private final Path configurations;
    private final Path binaries;
    private final Path attachments;
    private final Supplier<@Nullable String> podCidr;
    private final InstantSource clock;
    private final Duration longestTurn;

    // a plugin may be a whole Java virtual machine, as Moka's own is: a hundred at once would take the node's memory, and none would end in time. A sandbox that is
    // detached does not wait for those that are attached.
    private final Semaphore attaching = new Semaphore(MOST_CALLS, true);
    private final Semaphore detaching = new Semaphore(MOST_CALLS, true);
    private final Semaphore ahead = new Semaphore(MOST_AHEAD);

    /// How often plugins have failed to detach a sandbox, by its id; an entry is removed with its attachment.
    private final ConcurrentMap<String, Integer> failedDeletes = new ConcurrentHashMap<>();

    // the configuration whose plugins last reported that they are able, and when
    private volatile @Nullable Able able;

    private record Able(ObjectNode configuration, Instant at) {
    }

    /// @param attachments a folder in which the kubelet records attachments
    /// @param podCidr the node's range of pod addresses, or null while it is not known
    public PodNetworks(Path configurations, Path binaries, Path attachments, Supplier<@Nullable String> podCidr, InstantSource clock) throws IOException {
        this(configurations, binaries, attachments, podCidr, clock, LONGEST_TURN);
    }

    /// @param longestTurn how long a sandbox waits for its turn
    PodNetworks(Path configurations, Path binaries, Path attachments, Supplier<@Nullable String> podCidr, InstantSource clock, Duration longestTurn) throws IOException {
        this.longestTurn = longestTurn;
        this.configurations = configurations;
        this.binaries = binaries;
        this.attachments = Files.createDirectories(attachments);
        this.podCidr = podCidr;
        this.clock = clock;
    }

    public NetworkReadiness readiness() {
        try {
            var configuration = NetworkConfiguration.load(configurations);
            if (configuration == null) {
                return new NetworkReadiness.NotReady(UNINITIALIZED);
            }
            if (configuration.uses("ipRanges") && podCidr.get() == null) {
                return new NetworkReadiness.NotReady("container runtime network not ready: the node has no pod CIDR yet");
            }
            if (configuration.isAtLeast(1, 1)) {
                askStatus(configuration);
            }
            return new NetworkReadiness.Ready();
        } catch (IOException | CniException e) {
            return new NetworkReadiness.NotReady("container runtime network not ready: " + e.getMessage());
        }
    }

    /// Asks the plugins for their status, unless they reported with this configuration in the last 5 minutes that they are able: each call is a process.
    private void askStatus(NetworkConfiguration configuration) {
        var known = able;
        var now = clock.instant();
        if (known != null && known.configuration.equals(configuration.source()) && now.isBefore(known.at.plus(STATUS_LASTS))) {
            return;
        }
        for (var plugin : configuration.plugins()) {
            new PluginCall("STATUS", "", "", "").run(binaries, type(plugin), configuration.input(plugin, Json.mapper().createObjectNode(), null));
        }
        able = new Able(configuration.source(), now);
    }

    /// @throws CniException also when no turn comes in time
    private <T> T inTurn(Semaphore turns, Supplier<T> calls) {
        try {
            if (!turns.tryAcquire(longestTurn.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CniException("the network plugins are busy: no turn came within " + longestTurn.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CniException("interrupted", e);
        }
        try {
            return calls.get();
        } finally {
            turns.release();
        }
    }

    /// Prepares the attachment of a sandbox that has no network namespace yet; it may start the first plugin. The caller closes what it gets.
    ///
    /// @throws CniException when there is no network to attach it to
    public PendingAttachment prepare(PodIdentity pod, String sandboxId, List<PortMapping> ports) {
        try {
            var configuration = NetworkConfiguration.load(configurations);
            if (configuration == null) {
                throw new CniException("cni config uninitialized");
            }
            return new PendingAttachment(this, configuration, pod.uid(), sandboxId, arguments(pod, sandboxId), capabilities(ports));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Records the attachment, and its result once the plugins have added the sandbox. If one fails, all are called with DEL. At most [#MOST_CALLS] sandboxes are
    /// attached at the same time; others wait for their turn, five minutes at most.
    ///
    /// @param add calls each plugin with ADD and returns the last one's answer
    Attachment attach(Attachment attachment, Supplier<JsonNode> add) {
        try {
            write(attachment);
            try {
                var done = attachment.with(inTurn(attaching, add));
                write(done);
                return done;
            } catch (CniException e) {
                detach(attachment, attachment.network());
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts a plugin before its turn has come, unless [#MOST_AHEAD] of them are waiting for their input; then it returns null.
    @Nullable PluginProcess startAhead(PluginCall call, ObjectNode plugin) {
        if (!ahead.tryAcquire()) {
            return null;
        }
        try {
            return start(call, plugin);
        } catch (CniException e) {
            ahead.release();
            throw e;
        }
    }

    /// Ends a process that [#startAhead] has returned, if it still runs, and lets another one start; to be called once.
    void endAhead(PluginProcess process) {
        process.kill();
        ahead.release();
    }

    PluginProcess start(PluginCall call, ObjectNode plugin) {
        return call.start(binaries, type(plugin));
    }

    /// The path under which a plugin that was started ahead finds the sandbox's network namespace.
    Path namespaceLink(String sandboxId) {
        return attachments.resolve(sandboxId + ".netns");
    }

    /// Calls each plugin with DEL, the last first, and removes the attachment's record. Does nothing if there is none.
    ///
    /// After [#MOST_DELETES] failures the record is removed all the same, so that no pod waits for ever for a plugin that cannot succeed.
    ///
    /// @throws CniException when a plugin failed; the caller tries again later
    /// @param network the namespace's path, or empty if the namespace is gone
    public void detach(String sandboxId, String network) {
        var attachment = find(sandboxId);
        if (attachment != null) {
            detach(attachment, network);
        }
    }

    private void detach(Attachment attachment, String network) {
        var configuration = NetworkConfiguration.parse(attachment.configuration());
        inTurn(detaching, () -> deleteOrLetGo(configuration, attachment, network));
        forget(attachment.sandboxId());
    }

    private Attachment deleteOrLetGo(NetworkConfiguration configuration, Attachment attachment, String network) {
        try {
            delete(configuration, attachment, network);
        } catch (CniException e) {
            if (failedDeletes.merge(attachment.sandboxId(), 1, Integer::sum) < MOST_DELETES) {
                throw e;
            }
            log.error("the network of sandbox {} of pod {} is let go after {} attempts to delete it; a later garbage collection of the plugins may find it: {}",
                    attachment.sandboxId(), attachment.podUid(), MOST_DELETES, e.getMessage());
        }
        return attachment;
    }

    private void delete(NetworkConfiguration configuration, Attachment attachment, String network) {
        var call = new PluginCall("DEL", attachment.sandboxId(), network, attachment.arguments());
        for (var plugin : configuration.plugins().reversed()) {
            call.run(binaries, type(plugin), configuration.input(plugin, attachment.capabilities(), attachment.result()));
        }
    }

    private void forget(String sandboxId) {
        failedDeletes.remove(sandboxId);
        try {
            // a kubelet that was killed while a plugin ran has left the link
            Files.deleteIfExists(namespaceLink(sandboxId));
            Files.deleteIfExists(file(sandboxId));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Has the plugins free all resources that none of these sandboxes uses; only for networks of CNI 1.1 and later.
    public void collectGarbage(Collection<String> sandboxIds) {
        try {
            var configuration = NetworkConfiguration.load(configurations);
            if (configuration == null || !configuration.isAtLeast(1, 1) || configuration.source().path("disableGC").asBoolean()) {
                return;
            }
            for (var plugin : configuration.plugins()) {
                var input = configuration.input(plugin, Json.mapper().createObjectNode(), null);
                var valid = input.putArray("cni.dev/valid-attachments");
                sandboxIds.forEach(id -> valid.addObject().put("containerID", id).put("ifname", PluginCall.INTERFACE));
                new PluginCall("GC", "", "", "").run(binaries, type(plugin), input);
            }
        } catch (IOException | CniException e) {
            log.warn("collecting garbage of the network: {}", e.getMessage());
        }
    }

    /// Returns the recorded attachment of a sandbox, or null; its result is null if attaching was interrupted.
    public @Nullable Attachment find(String sandboxId) {
        var file = file(sandboxId);
        try {
            return Files.exists(file) ? Json.mapper().readValue(Files.readAllBytes(file), Attachment.class) : null;
        } catch (JsonProcessingException e) {
            log.warn("{} was cut short and is deleted; a garbage collection of the plugins finds what it stood for: {}", file, e.getMessage());
            forget(sandboxId);
            return null;
        } catch (IOException e) {
            log.warn("{} can't be read: {}", file, e.getMessage());
            return null;
        }
    }

    /// Returns every attachment that has not been detached.
    public List<Attachment> all() {
        var found = new ArrayList<Attachment>();
        try (var files = Files.newDirectoryStream(attachments, "*.json")) {
            for (var file : files) {
                var attachment = find(file.getFileName().toString().replace(".json", ""));
                if (attachment != null) {
                    found.add(attachment);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private ObjectNode capabilities(List<PortMapping> ports) {
        var capabilities = Json.mapper().createObjectNode();
        if (!ports.isEmpty()) {
            capabilities.set("portMappings", Json.tree(ports));
        }
        var cidr = podCidr.get();
        if (cidr != null) {
            capabilities.putArray("ipRanges").addArray().addObject().put("subnet", cidr);
        }
        return capabilities;
    }

    private static String arguments(PodIdentity pod, String sandboxId) {
        return "IgnoreUnknown=1;K8S_POD_NAMESPACE=" + pod.namespace() + ";K8S_POD_NAME=" + pod.name()
                + ";K8S_POD_INFRA_CONTAINER_ID=" + sandboxId + ";K8S_POD_UID=" + pod.uid();
    }

    private void write(Attachment attachment) throws IOException {
        PrivateFiles.write(file(attachment.sandboxId()), Json.bytes(attachment));
    }

    private Path file(String sandboxId) {
        return attachments.resolve(sandboxId + ".json");
    }

    private static String type(ObjectNode plugin) {
        return plugin.path("type").asText();
    }
}
