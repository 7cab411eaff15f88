package io.moka.cluster;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.pki.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The cluster's DNS server: its objects (`dns.yaml`) and its image.
///
/// `moka up` makes all objects but the Deployment, which takes milliseconds and reserves the DNS address. Where the image has to be made first, which
/// takes some seconds, a process in the background does that and then makes the Deployment.
final class DnsAddon {

    static final String NAMESPACE = "kube-system";
    static final String NAME = "kube-dns";
    private static final String LABEL = "moka.io/addon";
    private static final String DEPLOYMENT = "Deployment";

    private final Distribution distribution;
    private final Layout layout;
    private final Settings settings;

    DnsAddon(Distribution distribution, Layout layout, Settings settings) {
        this.distribution = distribution;
        this.layout = layout;
        this.settings = settings;
    }

    /// Makes the objects; says what is still to come.
    String install() throws IOException {
        var image = new DnsImage(distribution, layout.kubeconfig());
        boolean there = image.isThere();
        try (var client = connect()) {
            manifest(image).only(kind -> there || !kind.equals(DEPLOYMENT)).apply(client);
        }
        if (there) {
            return "";
        }
        startInBackground();
        return "its image is being made in the background";
    }

    /// The background's part.
    void makeImageAndInstall() throws IOException {
        var image = new DnsImage(distribution, layout.kubeconfig());
        image.ensure(layout.dnsImage(), layout.stateDir().resolve(".dns-image.lock"));
        try (var client = connect()) {
            manifest(image).apply(client);
        }
    }

    /// Takes our objects away, if the cluster has them; a DNS server of the user's own stays.
    String remove() throws IOException {
        stopInBackground(layout, Duration.ofSeconds(5));
        try (var client = connect()) {
            var deployment = client.resources(Deployment.class).find(NAMESPACE, NAME);
            if (deployment == null || !deployment.getMetadata().getLabels().containsKey(LABEL)) {
                return "";
            }
            manifest(new DnsImage(distribution, layout.kubeconfig())).delete(client);
            return "removed";
        }
    }

    private Manifest manifest(DnsImage image) throws IOException {
        return Manifest.read("dns.yaml", Map.of("IMAGE", image.name(), "ADDRESS", settings.serviceAddress(10)));
    }

    private ApiClient connect() throws IOException {
        return new ApiClient(ClientConfig.load(layout.kubeconfig(), null, "moka-up"));
    }

    /// Marks the process and all that it starts, so that `moka down` finds them.
    private static Path mark(Layout layout) {
        return layout.run().resolve("dns-install.pid");
    }

    private void startInBackground() throws IOException {
        var command = new ArrayList<>(List.of("setsid", "nice", "-n", "10", Distribution.java().toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED", "-Dmoka.dist=" + distribution.folder(), "-Dmoka.caches=" + distribution.caches(),
                "-cp", distribution.classPath("cluster"), Moka.class.getName(), "dns", "install", "--name", layout.name(), "--state-dir", layout.stateDir().toString()));
        var log = PrivateFiles.log(layout.logs().resolve("dns-install.log"));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null")).redirectOutput(log.toFile());
        builder.environment().put("MOKA_SUPERVISED", mark(layout).toString());
        builder.start();
    }

    static void stopInBackground(Layout layout, Duration patience) throws IOException {
        Signals.end(ProcessTable.supervisedBy(mark(layout)), patience);
        Program.of("rm", "-rf", layout.dnsImage().toString()).require();
    }
}
