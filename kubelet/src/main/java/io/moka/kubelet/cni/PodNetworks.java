package io.moka.kubelet.cni;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Attaches sandboxes to the network and detaches them. Safe for any number of threads.
public final class PodNetworks {

    private static final Logger log = LoggerFactory.getLogger(PodNetworks.class);
    private static final Duration STATUS_LASTS = Duration.ofMinutes(5);
    private static final String UNINITIALIZED = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
            + "message:docker: network plugin is not ready: cni config uninitialized";

    private final Path configurations;
    private final Path binaries;
    private final Path attachments;
    private final Supplier<@Nullable String> podCidr;
    private final InstantSource clock;

    // the configuration whose plugins were last found able, and when
    private volatile @Nullable Able able;

    private record Able(ObjectNode configuration, Instant at) {
    }

    /// @param attachments a folder of the kubelet's own
    /// @param podCidr the node's range of pod addresses, or null while it is not known
    public PodNetworks(Path configurations, Path binaries, Path attachments, Supplier<@Nullable String> podCidr, InstantSource clock) throws IOException {
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

    /// Plugins that are able are asked again only after a while, as each question is a process.
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

    /// Calls each plugin with ADD. Where one fails, what the others did is taken back.
    public Attachment attach(PodIdentity pod, String sandboxId, String network, List<PortMapping> ports) {
        try {
            var configuration = NetworkConfiguration.load(configurations);
            if (configuration == null) {
                throw new CniException("cni config uninitialized");
            }
            var attachment = new Attachment(pod.uid(), sandboxId, network, arguments(pod, sandboxId), configuration.source(), capabilities(ports), null);
            write(attachment);
            try {
                var done = attachment.with(add(configuration, attachment));
                write(done);
                return done;
            } catch (CniException e) {
                detach(attachment, network);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode add(NetworkConfiguration configuration, Attachment attachment) {
        var call = new PluginCall("ADD", attachment.sandboxId(), attachment.network(), attachment.arguments());
        JsonNode result = null;
        for (var plugin : configuration.plugins()) {
            result = call.run(binaries, type(plugin), configuration.input(plugin, attachment.capabilities(), result));
        }
        if (result == null || result.path("ips").isEmpty()) {
            throw new CniException("the plugins gave no address");
        }
        return result;
    }

    /// Calls each plugin with DEL, the last first, and forgets the attachment. Does nothing where there is none.
    ///
    /// @param network the namespace's path, or empty where it is gone
    public void detach(String sandboxId, String network) {
        var attachment = find(sandboxId);
        if (attachment != null) {
            detach(attachment, network);
        }
    }

    private void detach(Attachment attachment, String network) {
        var configuration = NetworkConfiguration.parse(attachment.configuration());
        var call = new PluginCall("DEL", attachment.sandboxId(), network, attachment.arguments());
        for (var plugin : configuration.plugins().reversed()) {
            call.run(binaries, type(plugin), configuration.input(plugin, attachment.capabilities(), attachment.result()));
        }
        try {
            Files.deleteIfExists(file(attachment.sandboxId()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asks the plugins whether the attachment is still whole.
    ///
    /// @throws CniException when it is not
    public void check(String sandboxId) {
        var attachment = find(sandboxId);
        if (attachment == null || attachment.result() == null) {
            throw new CniException("no attachment of " + sandboxId);
        }
        var configuration = NetworkConfiguration.parse(attachment.configuration());
        if (configuration.isAtLeast(0, 4) && !configuration.source().path("disableCheck").asBoolean()) {
            var call = new PluginCall("CHECK", sandboxId, attachment.network(), attachment.arguments());
            configuration.plugins().forEach(plugin ->
                    call.run(binaries, type(plugin), configuration.input(plugin, attachment.capabilities(), attachment.result())));
        }
    }

    /// Lets the plugins give back what no sandbox of these uses; asked only of networks of CNI 1.1 and later.
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

    /// What is known of a sandbox's network; its result is null where attaching was cut short.
    public @Nullable Attachment find(String sandboxId) {
        var file = file(sandboxId);
        try {
            return Files.exists(file) ? Json.mapper().readValue(Files.readAllBytes(file), Attachment.class) : null;
        } catch (IOException e) {
            log.warn("{} can't be read: {}", file, e.getMessage());
            return null;
        }
    }

    /// Every attachment that has not been taken down.
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
