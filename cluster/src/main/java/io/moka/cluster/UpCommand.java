package io.moka.cluster;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `moka up`: from nothing, or from whatever is left, to a node that is Ready.
@Command(name = "up", mixinStandardHelpOptions = true, description = "Start the cluster, or what is missing of it.")
final class UpCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--port-base", paramLabel = "PORT", defaultValue = "0",
            description = "First of a thousand ports for the cluster; its address ranges follow from it, so that clusters can run side by side. Default: Kubernetes' usual ports.")
    private int portBase;

    @Option(names = "--pod-cidr", paramLabel = "CIDR", description = "Addresses of the pods (10.244.0.0/16).")
    private @Nullable String podCidr;

    @Option(names = "--service-cidr", paramLabel = "CIDR", description = "Addresses of the services (10.96.0.0/12).")
    private @Nullable String serviceCidr;

    @Option(names = "--no-kubeconfig", description = "Leave the user's kubeconfig alone.")
    private boolean leaveKubeconfig;

    @Override
    public Integer call() throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new ClusterException("run this as root: containers, network and kernel rules are needed (sudo bin/moka up)");
        }
        var layout = cluster.layout();
        var progress = new Progress(System.out);
        System.out.println("Starting cluster \"" + layout.name() + "\"");
        var missing = Packages.missing();
        if (!missing.isEmpty()) {
            progress.step("installing packages", () -> {
                Packages.install(missing, layout.logs().resolve("packages.log"));
                return String.join(" ", missing);
            });
        }
        var settings = settings(layout);
        new Startup(Distribution.find(), layout, settings, false).run(progress);
        if (!leaveKubeconfig) {
            new Certificates(layout, settings, InstantSource.system()).mergeInto(Certificates.userKubeconfig());
        }
        progress.total("in all");
        farewell(layout);
        return 0;
    }

    private Settings settings(Layout layout) throws IOException {
        var known = Settings.read(layout);
        if (known != null) {
            return known;
        }
        var chosen = Settings.choose(layout.name(), portBase, podCidr, serviceCidr);
        chosen.write(layout);
        return chosen;
    }

    private void farewell(Layout layout) {
        var context = Certificates.contextName(layout.name());
        System.out.println("""

                The cluster is up. Next:
                  bin/kubectl-lite get nodes
                  bin/kubectl-lite apply -f examples/web.yaml
                  bin/moka status%s
                %s""".formatted(layout.name().equals("moka") ? "" : " --name " + layout.name(), leaveKubeconfig
                        ? "For your own kubectl: export KUBECONFIG=" + layout.kubeconfig()
                        : "Your own kubectl has the context \"" + context + "\"; the cluster's own file is " + layout.kubeconfig()));
    }
}
