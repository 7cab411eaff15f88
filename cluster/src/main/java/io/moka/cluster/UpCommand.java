package io.moka.cluster;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The command `moka up`: starts the cluster, or its missing parts, until its node is Ready.
@Command(name = "up", mixinStandardHelpOptions = true, description = "Start the cluster, or what is missing of it.")
final class UpCommand implements Callable<Integer> {

    private static final Duration END = Duration.ofSeconds(20);

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--port-base", paramLabel = "PORT", defaultValue = "0",
            description = "First of a thousand ports for the cluster; its address ranges follow from it, so that clusters can run side by side. "
                    + "Best below 32768: a connection may take a higher port while a process of the cluster restarts. Default: Kubernetes' usual ports.")
    private int portBase;

    @Option(names = "--pod-cidr", paramLabel = "CIDR", description = "Addresses of the pods (10.244.0.0/16).")
    private @Nullable String podCidr;

    @Option(names = "--service-cidr", paramLabel = "CIDR", description = "Addresses of the services (10.96.0.0/12).")
    private @Nullable String serviceCidr;

    @Option(names = "--hollow", paramLabel = "N",
            description = "Have N hollow nodes beside the real one: their pods run nowhere, which is for trying the control plane at scale. They stay for the next start; 0 takes them away.")
    private @Nullable Integer hollowNodes;

    @Option(names = "--proxy-mode", paramLabel = "MODE",
            description = "How services are made reachable: nftables, iptables, ipvs or userspace. It stays for the next start. Default for a new cluster: nftables.")
    private @Nullable ProxyMode proxyMode;

    @Option(names = "--ipvs-scheduler", paramLabel = "NAME",
            description = "How mode ipvs chooses an endpoint: rr, wrr, lc, wlc or sh. It stays for the next start. Default for a new cluster: rr.")
    private @Nullable IpvsScheduler ipvsScheduler;

    @Option(names = "--kubelet-arg", paramLabel = "FLAG", arity = "0..1", fallbackValue = "",
            description = "A flag of the kubelet, such as --kubelet-arg=--eviction-hard=memory.available<200Mi; may be given several times. They stay for the next start; --kubelet-arg alone takes them away.")
    private @Nullable List<String> kubeletArguments;

    @Option(names = "--no-dns", description = "Have no DNS server in the cluster: pods ask the DNS address all the same, for a server of your own. It stays so for the next start.")
    private boolean withoutDns;

    @Option(names = "--dns", description = "Have the DNS server again that --no-dns left out.")
    private boolean withDns;

    @Option(names = "--no-kubeconfig", description = "Leave the user's kubeconfig alone.")
    private boolean leaveKubeconfig;

    @Override
    public Integer call() throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new ClusterException("run this as root: containers, network and kernel rules are needed (sudo bin/moka up)");
        }
        if (proxyMode != null) {
            proxyMode.require();
        }
        var layout = cluster.layout();
        try (var _ = ClusterLock.take(layout, ClusterLock.LONGEST)) {
            start(layout);
        }
        farewell(layout);
        return 0;
    }

    private void start(Layout layout) throws Exception {
        var progress = new Progress(System.out);
        System.out.println("Starting cluster \"" + layout.name() + "\"");
        var missing = Packages.missing();
        if (!missing.isEmpty()) {
            progress.step("installing packages", () -> {
                Packages.install(missing, layout.packagesLog());
                return String.join(" ", missing);
            });
        }
        var settings = settings(layout);
        var distribution = Distribution.find();
        new Startup(distribution, layout, settings, false).run(progress);
        if (!leaveKubeconfig) {
            new Certificates(layout, settings, InstantSource.system()).mergeInto(Certificates.userKubeconfig());
        }
        progress.total("in all");
        if (System.getenv("MOKA_BUILT") == null) {
            TrainCommand.startWhereMissing(distribution);
        }
    }

    /// Returns the cluster's settings with what the flags change, and writes them. A flag that is refused changes nothing.
    Settings settings(Layout layout) throws IOException {
        requireUsableFlags(layout);
        return withKubeletArguments(layout, withDns(layout, withProxyMode(layout, withHollowNodes(layout, presentSettings(layout)))));
    }

    /// Checks the flags before a step writes anything: a new cluster whose first start is refused must not keep the settings of that start.
    private void requireUsableFlags(Layout layout) throws IOException {
        if (hollowNodes != null && (hollowNodes < 0 || hollowNodes > HollowNodes.MOST)) {
            throw new ClusterException("--hollow must be between 0 and " + HollowNodes.MOST);
        }
        if (ipvsScheduler != null) {
            var known = Settings.read(layout);
            IpvsScheduler.requireMode(proxyMode != null ? proxyMode.word() : known != null ? known.proxyMode() : Settings.USUAL_PROXY_MODE);
        }
    }

    private Settings withKubeletArguments(Layout layout, Settings settings) throws IOException {
        var wanted = kubeletArguments == null ? settings.kubeletArguments() : kubeletArguments.stream().filter(flag -> !flag.isEmpty()).toList();
        if (wanted.equals(settings.kubeletArguments())) {
            return settings;
        }
        var changed = settings.withKubeletArguments(wanted);
        changed.write(layout);
        Supervised.of(layout, changed.instance(Component.KUBELET)).stop(END);
        return changed;
    }

    private Settings withProxyMode(Layout layout, Settings settings) throws IOException {
        var changed = settings.withProxyMode(proxyMode == null ? settings.proxyMode() : proxyMode.word(),
                ipvsScheduler == null ? settings.ipvsScheduler() : ipvsScheduler.word());
        if (changed.equals(settings)) {
            return settings;
        }
        changed.write(layout);
        Supervised.of(layout, changed.instance(Component.PROXY)).stop(END);
        return changed;
    }

    private Settings withDns(Layout layout, Settings settings) throws IOException {
        if (settings.withoutDns() ? !withDns : !withoutDns) {
            return settings;
        }
        var changed = settings.withoutDns(withoutDns);
        changed.write(layout);
        return changed;
    }

    private Settings withHollowNodes(Layout layout, Settings settings) throws IOException {
        if (hollowNodes == null || hollowNodes == settings.hollowNodes()) {
            return settings;
        }
        var changed = settings.withHollowNodes(hollowNodes);
        changed.write(layout);
        return changed;
    }

    private Settings presentSettings(Layout layout) throws IOException {
        var known = Settings.read(layout);
        if (known != null) {
            var current = known.followingTheMachine();
            if (!current.equals(known)) {
                System.out.println("The machine's address is now " + current.nodeAddress() + ", and was " + known.nodeAddress());
                current.write(layout);
                // The apiserver publishes its address, so it is restarted with the new one; the kubelet follows the change by itself.
                Supervised.of(layout, current.instance(Component.APISERVER)).stop(END);
            }
            return current;
        }
        var chosen = Settings.choose(layout.name(), portBase, podCidr, serviceCidr);
        Neighbours.of(layout).requireApart(chosen);
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
