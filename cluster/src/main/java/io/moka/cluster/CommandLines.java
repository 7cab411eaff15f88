package io.moka.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The command line of each process.
final class CommandLines {

    /// The cluster's only etcd waits for an election at each start although no other member can be elected: half of the default timeout is enough.
    /// Its database lags behind its log in any case; written twice a second instead of ten times it wakes an idle machine less often.
    private static final List<String> ONE_MEMBER = List.of("--heartbeat-interval=100", "--election-timeout=500", "--backend-batch-interval=500ms");

    private final Distribution distribution;
    private final Layout layout;
    private final Settings settings;
    private final boolean train;

    /// @param train whether the processes are to write their start-up caches when they end
    CommandLines(Distribution distribution, Layout layout, Settings settings, boolean train) {
        this.distribution = distribution;
        this.layout = layout;
        this.settings = settings;
        this.train = train;
    }

    List<String> of(Instance instance) throws IOException {
        var component = instance.component();
        return switch (component) {
            case ETCD -> etcd();
            case APISERVER -> java(component, apiserver());
            case KUBELET -> java(component, kubelet(instance));
            case CONTROLLERS -> java(component, controllers(instance));
            case SCHEDULER -> java(component, scheduler(instance));
            case PROXY -> java(component, proxy(instance));
            case HOLLOW -> java(component, hollow(instance));
        };
    }

    /// The kubelet's and the proxy's own way of taking back what they made on this machine.
    List<String> cleanup(Instance instance) throws IOException {
        var command = new ArrayList<>(of(instance));
        command.add(instance.component() == Component.KUBELET ? "--remove-all-pods" : "--cleanup");
        return command;
    }

    private List<String> java(Component component, List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Distribution.java().toString());
        command.addAll(component.jvmFlags());
        command.addAll(distribution.archiveFlags(component, train));
        command.addAll(List.of("-cp", distribution.classPath(component.module()), component.mainClass()));
        command.addAll(arguments);
        return command;
    }

    private List<String> etcd() {
        var client = "https://127.0.0.1:" + settings.ports().etcd();
        var peer = "https://127.0.0.1:" + settings.ports().etcdPeer();
        var command = new ArrayList<>(List.of("etcd", "--name=moka", "--data-dir=" + layout.etcd(),
                "--listen-client-urls=" + client, "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=moka=" + peer,
                "--cert-file=" + pki("etcd/server.crt"), "--key-file=" + pki("etcd/server.key"),
                "--client-cert-auth", "--trusted-ca-file=" + pki("etcd/ca.crt"),
                "--peer-cert-file=" + pki("etcd/server.crt"), "--peer-key-file=" + pki("etcd/server.key"),
                "--peer-client-cert-auth", "--peer-trusted-ca-file=" + pki("etcd/ca.crt"),
                "--auto-compaction-mode=periodic", "--auto-compaction-retention=5m", "--snapshot-count=10000",
                "--quota-backend-bytes=4294967296", "--logger=zap", "--log-level=warn"));
        command.addAll(ONE_MEMBER);
        return command;
    }

    private List<String> apiserver() {
        var arguments = new ArrayList<>(List.of("--bind-address=0.0.0.0", "--secure-port=" + settings.ports().apiserver(), "--advertise-address=" + settings.nodeAddress(),
                "--etcd-servers=https://127.0.0.1:" + settings.ports().etcd(), "--etcd-cafile=" + pki("etcd/ca.crt"),
                "--etcd-certfile=" + pki("apiserver-etcd-client.crt"), "--etcd-keyfile=" + pki("apiserver-etcd-client.key"),
                "--client-ca-file=" + pki("ca.crt"), "--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"),
                "--service-account-key-file=" + pki("sa.pub"), "--service-account-signing-key-file=" + pki("sa.key"),
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--kubelet-client-certificate=" + pki("apiserver-kubelet-client.crt"), "--kubelet-client-key=" + pki("apiserver-kubelet-client.key"),
                "--kubelet-certificate-authority=" + pki("ca.crt"),
                "--proxy-client-cert-file=" + pki("front-proxy-client.crt"), "--proxy-client-key-file=" + pki("front-proxy-client.key"),
                "--service-cluster-ip-range=" + settings.serviceCidr(), "--service-node-port-range=" + settings.nodePorts()));
        arguments.addAll(List.of("--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"), "--requestheader-allowed-names=front-proxy-client",
                "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--encryption-provider-config=" + EncryptionKeys.file(layout), "--encryption-provider-config-automatic-reload",
                "--audit-policy-file=" + AuditPolicy.file(layout), "--audit-log-path=" + layout.logs().resolve("audit.log"), "--audit-log-mode=batch",
                "--audit-log-maxsize=20", "--audit-log-maxbackup=4", "--audit-log-maxage=30", "--service-account-max-token-expiration=720h",
                "--controller-manager-port=" + settings.ports().controllers(), "--scheduler-port=" + settings.ports().scheduler(),
                "--proxy-port=" + settings.ports().proxy(), "--component-certificate-authority=" + pki("ca.crt"),
                "--local-api-service=kube-system/moka-metrics=" + settings.ports().controllers()));
        return arguments;
    }

    private List<String> kubelet(Instance instance) throws IOException {
        var node = instance.node();
        var arguments = new ArrayList<>(identity(instance));
        arguments.addAll(List.of("--hostname-override=" + node, "--node-ip=auto", "--bind-address=0.0.0.0", "--port=" + settings.ports().kubelet(),
                "--client-ca-file=" + pki("kubelet-client-ca.crt"),
                "--root-dir=" + layout.node(node), "--local-path-dir=" + layout.volumes(), "--cluster-id=" + layout.name(),
                "--cni-conf-dir=" + layout.cniConfig(node), "--cni-bin-dir=" + layout.cniBin(node),
                "--cluster-dns=" + settings.serviceAddress(10), "--cluster-domain=cluster.local", "--resolv-conf=" + NodeResolver.file()));
        arguments.addAll(settings.kubeletArguments());
        return arguments;
    }

    private List<String> hollow(Instance instance) {
        var arguments = new ArrayList<>(identity(instance));
        arguments.addAll(List.of(Component.HOLLOW_RUNTIME, "--nodes=" + settings.hollowNodes(), "--bind-address=127.0.0.1", "--port=" + settings.ports().hollow(),
                "--client-ca-file=" + pki("ca.crt")));
        return arguments;
    }

    private List<String> controllers(Instance instance) {
        var arguments = new ArrayList<>(served(instance));
        arguments.addAll(List.of("--leader-elect-identity=" + settings.node(), "--root-ca-file=" + pki("ca.crt"), "--cluster-cidr=" + settings.podCidr(),
                "--cluster-signing-cert-file=" + pki("ca.crt"), "--cluster-signing-key-file=" + pki("ca.key"),
                "--service-account-private-key-file=" + pki("sa.key"), "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt")));
        return arguments;
    }

    private List<String> scheduler(Instance instance) {
        var arguments = new ArrayList<>(served(instance));
        arguments.addAll(List.of("--leader-elect-identity=" + settings.node(), "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt")));
        return arguments;
    }

    private List<String> proxy(Instance instance) {
        var arguments = new ArrayList<>(served(instance));
        arguments.addAll(List.of("--hostname-override=" + instance.node(), "--cluster-cidr=" + settings.podCidr(),
                "--service-cluster-ip-range=" + settings.serviceCidr(), "--nftables-table=" + settings.proxyTable(layout.name()),
                "--iptables-chain-prefix=" + Settings.proxyChains(layout.name()), "--proxy-mode=" + settings.proxyMode(), "--ipvs-scheduler=" + settings.ipvsScheduler(),
                "--policy-table=" + settings.policyTable(layout.name()), "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt")));
        return arguments;
    }

    private List<String> served(Instance instance) {
        var arguments = new ArrayList<>(identity(instance));
        arguments.addAll(List.of("--secure-port=" + instance.healthPort(settings.ports()), "--client-ca-file=" + pki("ca.crt")));
        return arguments;
    }

    /// The files with which the process identifies itself to the apiserver and to its callers.
    private List<String> identity(Instance instance) {
        return List.of("--kubeconfig=" + layout.kubeconfig(instance), "--tls-cert-file=" + pki(instance.id() + "-server.crt"),
                "--tls-private-key-file=" + pki(instance.id() + "-server.key"));
    }

    private String pki(String file) {
        return layout.pki().resolve(file).toString();
    }
}
