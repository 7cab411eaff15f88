package io.moka.kubelet.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A sandbox that is to be attached to the network as soon as it runs. Used by one thread.
///
/// A plugin takes most of its time to start if it is a Java virtual machine, as Moka's is. So the first plugin starts while the engine starts the sandbox, if its
/// configuration says `"startsAhead": true`: that it looks at nothing before it has read its input, which it gets when the sandbox has a namespace. The namespace's
/// path, which the plugin has got by then, is a symbolic link that is made just before the input is given and removed after the last plugin's answer.
public final class PendingAttachment implements AutoCloseable {

    private final PodNetworks networks;
    private final NetworkConfiguration configuration;
    private final Attachment attachment;
    private final @Nullable PluginProcess ahead;

    /// @throws CniException when the first plugin can't be started
    PendingAttachment(PodNetworks networks, NetworkConfiguration configuration, String podUid, String sandboxId, String arguments, ObjectNode capabilities) {
        this.networks = networks;
        this.configuration = configuration;
        attachment = new Attachment(podUid, sandboxId, "", arguments, configuration.source(), capabilities, null);
        var first = configuration.plugins().getFirst();
        ahead = first.path("startsAhead").asBoolean() ? networks.startAhead(call(link().toString()), first) : null;
    }

    /// Attaches the sandbox and records the attachment; to be called once.
    ///
    /// @param network the path of the sandbox's network namespace
    /// @throws CniException when a plugin failed; then the attachment has been undone
    public Attachment attach(String network) {
        return networks.attach(attachment.in(network), () -> add(network));
    }

    private JsonNode add(String network) {
        if (ahead == null) {
            return add(call(network), null);
        }
        try {
            Files.deleteIfExists(link());
            Files.createSymbolicLink(link(), Path.of(network));
        } catch (IOException e) {
            throw new CniException("the network namespace could not be linked: " + e.getMessage(), e);
        }
        return add(call(link().toString()), ahead);
    }

    private JsonNode add(PluginCall call, @Nullable PluginProcess first) {
        var process = first;
        JsonNode result = null;
        for (var plugin : configuration.plugins()) {
            process = process == null ? networks.start(call, plugin) : process;
            result = process.answer(configuration.input(plugin, attachment.capabilities(), result));
            process = null;
        }
        if (result == null || result.path("ips").isEmpty()) {
            throw new CniException("the plugins gave no address");
        }
        return result;
    }

    private PluginCall call(String network) {
        return new PluginCall("ADD", attachment.sandboxId(), network, attachment.arguments());
    }

    private Path link() {
        return networks.namespaceLink(attachment.sandboxId());
    }

    /// Ends the plugin that waits for its input, if the sandbox was not attached.
    @Override
    public void close() {
        if (ahead == null) {
            return;
        }
        networks.endAhead(ahead);
        try {
            Files.deleteIfExists(link());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
