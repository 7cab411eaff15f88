package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.ServingOptions;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import io.moka.proxy.announce.AddressAnnouncer;
import io.moka.proxy.conntrack.ClusterFlows;
import io.moka.proxy.ipvs.Scheduler;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.path.NodeKernel;
import io.moka.proxy.path.PathPage;
import io.moka.proxy.policy.PolicyAgent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The proxy process.
@Command(name = "moka-proxy", mixinStandardHelpOptions = true, description = "Makes services reachable.")
public final class Proxy extends ComponentProcess {

    static final String SERVICE_LABEL = "kubernetes.io/service-name";
    /// Selects the services of this proxy: without those that another proxy serves, and without headless ones, which have no address.
    private static final String SERVED_HERE = "!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name";
    /// The index of endpoint slices by the service they belong to, as `namespace/name`.
    private static final String BY_SERVICE = "service";

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Option(names = "--hostname-override", paramLabel = "NAME", required = true, description = "Name of this node.")
    private String nodeName = "";

    @Option(names = "--cluster-cidr", paramLabel = "CIDR", defaultValue = "10.244.0.0/16", description = "Addresses of the pods (${DEFAULT-VALUE}).")
    private String clusterCidr = "";

    @Option(names = "--service-cluster-ip-range", paramLabel = "CIDR", defaultValue = "10.96.0.0/12", description = "Addresses of the services (${DEFAULT-VALUE}).")
    private String serviceCidr = "";

    @Option(names = "--nftables-table", paramLabel = "NAME", defaultValue = "moka-proxy", description = "Table that holds the rules (${DEFAULT-VALUE}).")
    private String table = "";

    @Option(names = "--proxy-mode", paramLabel = "MODE", defaultValue = "nftables", description = "nftables, iptables, ipvs or userspace (${DEFAULT-VALUE}).")
    private ProxyMode mode = ProxyMode.NFTABLES;

    @Option(names = "--iptables-backend", paramLabel = "NAME", defaultValue = "", description = "nft or legacy; default: what the machine's iptables is.")
    private String iptablesBackend = "";

    @Option(names = "--iptables-chain-prefix", paramLabel = "PREFIX", defaultValue = "KUBE",
            description = "What the names of iptables chains begin with, at most six letters: clusters on one machine need different ones (${DEFAULT-VALUE}).")
    private String chainPrefix = "";

    @Option(names = "--ipvs-scheduler", paramLabel = "NAME", defaultValue = "rr",
            description = "How mode ipvs chooses an endpoint: rr, wrr, lc, wlc or sh (${DEFAULT-VALUE}).")
    private Scheduler scheduler = Scheduler.RR;

    @Option(names = "--nodeport-addresses", paramLabel = "CIDR", split = ",", defaultValue = "primary",
            description = "Addresses that serve node ports: primary for the node's own, or ranges, such as 0.0.0.0/0,::/0 (${DEFAULT-VALUE}).")
    private List<String> nodePortAddresses = List.of();

    @Option(names = "--allow-external-ips", description = "Serve the addresses in spec.externalIPs of services. Off by default, as any user who may write a service can take any address so.")
    private boolean externalIps;

    @Option(names = "--network-policies", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Keep the NetworkPolicies of this node's pods (${DEFAULT-VALUE}).")
    private boolean networkPolicies;

    @Option(names = "--policy-table", paramLabel = "NAME", defaultValue = "moka-policy",
            description = "Name of the tables that hold network policies (${DEFAULT-VALUE}).")
    private String policyTable = "";

    @Option(names = "--cleanup", description = "Remove the rules of all modes, the tables of network policies and the cluster's entries in the connection table, and end.")
    private boolean cleanup;

    public static void main(String[] args) {
        System.exit(runProcess(Proxy::new, args));
    }

    @Override
    protected void start() throws Exception {
        if (cleanup) {
            ProxyMode.remove(EnumSet.allOf(ProxyMode.class), settings());
            PolicyAgent.cleanUp(policyTable);
            for (var family : IpFamily.values()) {
                ClusterFlows.forget(settings().network(family), Tools.HERE);
            }
            stop();
        } else {
            follow();
        }
    }

    private ProxyMode.Settings settings() {
        return new ProxyMode.Settings(clusterCidr, serviceCidr, table, chainPrefix, iptablesBackend, scheduler, Tools.HERE);
    }

    /// The rules, after those of a mode that ran here before are gone.
    private RuleSet rules() throws IOException {
        var rules = mode.rules(settings());
        var others = EnumSet.allOf(ProxyMode.class);
        others.removeAll(mode == ProxyMode.IPTABLES ? EnumSet.of(mode) : EnumSet.of(ProxyMode.NFTABLES, ProxyMode.USERSPACE, mode));
        ProxyMode.remove(others, settings());
        return rules;
    }

    private void follow() throws Exception {
        var rules = rules();
        var api = closeAtEnd(client.connect("proxy"));
        var changes = new ServiceChanges();
        var services = closeAtEnd(SharedInformer.of(api, Service.class).labels(SERVED_HERE).build());
        var slices = closeAtEnd(SharedInformer.of(api, EndpointSlice.class).labels(SERVED_HERE)
                .index(BY_SERVICE, slice -> List.of(serviceOf(slice).toString())).build());
        var nodes = closeAtEnd(SharedInformer.of(api, Node.class).fields("metadata.name=" + nodeName).build());
        services.addHandler(EventHandler.onChange(service -> changes.add(ObjectKey.of(service))));
        slices.addHandler(EventHandler.onChange(slice -> changes.add(serviceOf(slice))));
        var view = ServiceView.of(services.lister(), slices.lister(), BY_SERVICE);
        var node = new NodeWatch(nodeName, nodePortAddresses, externalIps);
        nodes.addHandler(EventHandler.onChange(changed -> {
            if (node.see(changed)) {
                changes.addAll(view.keys());
            }
        }));
        var clock = InstantSource.system();
        var events = closeAtEnd(new EventRecorder(api, "kube-proxy", nodeName, clock));
        var serviceEvents = new ServiceEvents(view, events, nodeName);
        var announcer = new AddressAnnouncer(api, nodeName, serviceEvents::record, clock);
        var followers = closeAtEnd(new Followers(view, announcer, () -> !node.isExcluded(), (key, reason) -> serviceEvents.warnHere(key, "PortNotServed", reason)));
        var ports = closeAtEnd(new PortClaims((key, reason) -> serviceEvents.warnHere(key, "PortTaken", reason), clock));
        var loop = new ProxyLoop(view, changes, rules, node, ports, followers, serviceEvents::rulesRefused, clock, Sleeper.SYSTEM);
        followers.proxyHealth(loop::isReady);
        // As upstream's: a connection that happens to have this port must not leave the services of the node without rules.
        var health = closeAtEnd(serving.startOnceFree(this::hasStarted));
        health.addReadiness("rules", loop::isReady);
        health.addPage(PathPage.PATH, serving.access(api), new PathPage(api, new AskedKernel(loop, rules), node));
        if (networkPolicies) {
            var policies = closeAtEnd(new PolicyAgent(api, nodeName, policyTable, events, mode == ProxyMode.IPVS));
            health.addReadiness("network-policies", policies::isReady);
            policies.start();
        }
        nodes.start();
        services.start();
        slices.start();
        var thread = NeededThread.unstarted("proxy-loop", () -> whenSynced(nodes, services, slices, loop));
        closeAtEnd(thread::interrupt);
        thread.start();
    }

    /// The kernel, and the rule set by the loop's thread.
    private static final class AskedKernel extends NodeKernel {

        private final ProxyLoop loop;
        private final RuleSet rules;

        AskedKernel(ProxyLoop loop, RuleSet rules) {
            super(Tools.HERE);
            this.loop = loop;
            this.rules = rules;
        }

        @Override
        public String describe(Front front) throws IOException {
            return loop.ask(() -> rules.describe(front));
        }

        @Override
        public List<String> held(Front front) throws IOException {
            return loop.ask(() -> rules.held(front));
        }
    }

    /// Rules made from half of the objects would cut connections that work: wait for all of them.
    private static void whenSynced(SharedInformer<Node> nodes, SharedInformer<Service> services, SharedInformer<EndpointSlice> slices, Runnable loop) {
        try {
            nodes.awaitSync();
            services.awaitSync();
            slices.awaitSync();
            loop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectKey serviceOf(EndpointSlice slice) {
        var labels = slice.getMetadata().getLabels();
        var name = labels == null ? "" : labels.getOrDefault(SERVICE_LABEL, "");
        return new ObjectKey(slice.getMetadata().getNamespace(), name);
    }
}
