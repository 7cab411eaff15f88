package io.moka.dns;

import io.moka.dns.cluster.InformerView;
import io.moka.dns.forward.Forwarder;
import io.moka.dns.search.SearchPaths;
import io.moka.dns.server.DnsServer;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The process of the DNS server.
@Command(name = "moka-dns", mixinStandardHelpOptions = true, description = "Answers the cluster's names, and those of the outside through the node's name servers.")
public final class Dns extends ComponentProcess {

    private static final String USER_AGENT = "moka-dns";

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Where the apiserver is; in a pod the kubelet says so.")
    private @Nullable Path kubeconfig;

    @Option(names = "--cluster-domain", paramLabel = "DOMAIN", defaultValue = "cluster.local", description = "Domain of the cluster's names (${DEFAULT-VALUE}).")
    private String domain = "";

    @Option(names = "--bind-address", paramLabel = "ADDRESS", defaultValue = "0.0.0.0", description = "Address to serve on (${DEFAULT-VALUE}).")
    private String bindAddress = "";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "10053", description = "Port for queries, UDP and TCP (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--status-port", paramLabel = "PORT", defaultValue = "9153", description = "Port for health and metrics (${DEFAULT-VALUE}).")
    private int statusPort;

    @Option(names = "--resolv-conf", paramLabel = "FILE", defaultValue = "/etc/resolv.conf", description = "Names the upstream servers and the nodes' search path (${DEFAULT-VALUE}).")
    private Path resolvConf = Path.of("");

    @Option(names = "--upstream", paramLabel = "ADDRESS[#PORT]", split = ",", description = "Upstream servers, instead of those of --resolv-conf.")
    private List<String> upstreams = List.of();

    @Option(names = "--lame-duck-seconds", paramLabel = "N", defaultValue = "5", description = "How long to answer after SIGTERM, unready (${DEFAULT-VALUE}).")
    private int lameDuckSeconds;

    @Option(names = "--rehearse", hidden = true, description = "Ask some questions and end: for recording a class archive.")
    private boolean rehearse;

    private volatile boolean ending;

    public static void main(String[] args) {
        System.exit(runProcess(Dns::new, args));
    }

    @Override
    protected void start() throws Exception {
        var node = NodeResolver.read(resolvConf);
        var servers = upstreams.isEmpty() ? node.servers() : upstreams.stream().map(NodeResolver::server).toList();
        var log = LoggerFactory.getLogger(Dns.class);
        if (servers.isEmpty()) {
            log.warn("{} names no server that a pod can reach: names of the outside will fail", resolvConf);
        }
        var client = closeAtEnd(new ApiClient(kubeconfig == null ? InCluster.config(System.getenv(), USER_AGENT) : ClientConfig.load(kubeconfig, null, USER_AGENT)));
        var cluster = closeAtEnd(new InformerView(client, TimeSource.SYSTEM));
        var forwarder = closeAtEnd(new Forwarder(servers, TimeSource.SYSTEM, Metrics.registry()));
        var server = closeAtEnd(new DnsServer(Name.fromString(domain, Name.root), cluster, cluster::hasSynced, SearchPaths.parse(node.domains()), forwarder, Metrics.registry(), TimeSource.SYSTEM));
        var address = InetAddress.ofLiteral(bindAddress);
        server.start(new InetSocketAddress(address, port));
        var status = closeAtEnd(StatusServer.start(new InetSocketAddress(address, statusPort), () -> cluster.hasSynced() && !ending, server.why()));
        cluster.start();
        closeAtEnd(this::answerOnUnready);
        if (rehearse) {
            new Rehearsal(domain, new InetSocketAddress(address, server.port()), status.port()).run(cluster::hasSynced);
            stop();
        }
        log.info("answering {} on port {}; upstream servers: {}", domain, server.port(), servers);
    }

    /// Marks the server as not ready and keeps answering: clients send queries here until they have learned that this server is stopping.
    private void answerOnUnready() throws InterruptedException {
        ending = true;
        TimeSource.SYSTEM.sleep(Duration.ofSeconds(lameDuckSeconds));
    }

    @Override
    protected Duration closingPatience() {
        return Duration.ofSeconds(lameDuckSeconds + 5L);
    }
}
