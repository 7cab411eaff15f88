package io.moka.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.ListOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The API objects of `moka up --hollow N`: the roles of the hollow kubelet's credential, and its Nodes, of which surplus ones are deleted.
///
/// The permissions (`hollow-nodes.yaml`) are wider than a kubelet's, so they are created only for clusters with hollow nodes, and removed with the last hollow
/// node.
final class HollowNodes {

    static final String USER = "system:hollow-nodes";
    /// The largest number of hollow nodes: the largest cluster that upstream supports.
    static final int MOST = 5_000;

    private static final String SELECTOR = "moka.io/hollow=true";
    private static final String NAME_PREFIX = "hollow-";
    private static final Duration END = Duration.ofSeconds(20);

    private final Layout layout;
    private final Settings settings;

    HollowNodes(Layout layout, Settings settings) {
        this.layout = layout;
        this.settings = settings;
    }

    boolean areWanted() {
        return settings.hollowNodes() > 0;
    }

    /// Whether an earlier start made some.
    boolean exist() {
        return Files.exists(layout.kubeconfig(instance()));
    }

    /// Makes the permissions, ends a process that is for another number of nodes, and deletes the nodes beyond the number.
    void prepare() throws Exception {
        try (var client = connect()) {
            permissions().apply(client);
            var process = Supervised.of(layout, instance()).process();
            if (process.isPresent() && !ProcessTable.commandLine(process.get().pid()).contains("--nodes=" + settings.hollowNodes())) {
                Supervised.of(layout, instance()).stop(END);
            }
            deleteSurplus(client);
        }
    }

    /// Ends the process and takes away its nodes, its permissions and its credential.
    String remove() throws Exception {
        Supervised.of(layout, instance()).stop(END);
        try (var client = connect()) {
            deleteSurplus(client);
            permissions().delete(client);
        }
        for (var file : List.of("hollow.crt", "hollow.key", "hollow-server.crt", "hollow-server.key")) {
            Files.deleteIfExists(layout.pki().resolve(file));
        }
        Files.deleteIfExists(layout.kubeconfig(instance()));
        return "";
    }

    private Instance instance() {
        return settings.instance(Component.HOLLOW);
    }

    private ApiClient connect() throws IOException {
        return new ApiClient(ClientConfig.load(layout.kubeconfig(), null, "moka-up"));
    }

    private void deleteSurplus(ApiClient client) {
        var kept = new HashSet<String>();
        IntStream.rangeClosed(1, settings.hollowNodes()).forEach(n -> kept.add(NAME_PREFIX + n));
        var nodes = client.resources(Node.class);
        for (var node : nodes.list("", ListOptions.all().labels(SELECTOR)).items()) {
            var name = node.getMetadata().getName();
            if (name.startsWith(NAME_PREFIX) && !kept.contains(name)) {
                Manifest.ignoreAbsent(() -> nodes.delete("", name));
            }
        }
    }

    private static Manifest permissions() throws IOException {
        return Manifest.read("hollow-nodes.yaml", Map.of());
    }
}
