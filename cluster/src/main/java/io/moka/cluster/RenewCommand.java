package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The command `moka renew`: renews the certificates that expire within a month, and restarts the processes that use them, one after the other. Does nothing if
/// no certificate expires.
@Command(name = "renew", mixinStandardHelpOptions = true, description = "Renew the certificates that end soon; the cluster does so by itself twice a day.")
final class RenewCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /// The apiserver last: the others find the old one while they start. etcd reads its files for each connection.
    private static final List<Component> ORDER = List.of(Component.PROXY, Component.SCHEDULER, Component.CONTROLLERS, Component.HOLLOW, Component.KUBELET, Component.APISERVER);
    private static final Set<String> OF_APISERVER = Set.of("apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client");

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws Exception {
        var layout = cluster.layout();
        var settings = Settings.require(layout);
        var certificates = new Certificates(layout, settings, InstantSource.system());
        certificates.ensure();
        var renewed = certificates.renewed();
        if (renewed.isEmpty()) {
            System.out.println("No certificate ends soon.");
            return 0;
        }
        System.out.println("Renewed " + String.join(", ", renewed));
        if (renewed.contains("admin")) {
            renewUser(certificates, Certificates.userKubeconfig(), layout.name());
        }
        for (var component : ORDER) {
            var instance = settings.instance(component);
            if (certificates(instance).stream().anyMatch(renewed::contains)) {
                restart(layout, settings, instance);
            }
        }
        return 0;
    }

    /// Returns the file names of the certificates that the process uses.
    private static Set<String> certificates(Instance instance) {
        return instance.component() == Component.APISERVER ? OF_APISERVER : Set.of(instance.id(), instance.id() + "-server");
    }

    private static void renewUser(Certificates certificates, Path userFile, String cluster) throws IOException {
        if (Files.exists(userFile)) {
            certificates.renewIn(userFile, cluster);
        }
    }

    private static void restart(Layout layout, Settings settings, Instance instance) throws IOException, InterruptedException {
        var process = Supervised.of(layout, instance).process();
        if (process.isEmpty()) {
            return;
        }
        process.get().destroy();
        try (var health = new Health(layout, settings)) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ProcessTable.runs(process.get()) || !health.of(instance).equals("ok")) {
                if (System.nanoTime() > deadline) {
                    throw new ClusterException(instance.id() + " is not ready " + PATIENCE.toSeconds() + " s after it was told to start again; see " + layout.log(instance));
                }
                Thread.sleep(100);
            }
        }
        System.out.println("Started " + instance.id() + " again");
    }
}
