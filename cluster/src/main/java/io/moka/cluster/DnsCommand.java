package io.moka.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ClientConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command `moka dns why`: shows how a name is resolved, as the DNS server itself reports it.
@Command(name = "dns", mixinStandardHelpOptions = true, description = "Ask the cluster's DNS server how it comes to its answers.",
        subcommands = {DnsCommand.Why.class, DnsCommand.Install.class})
final class DnsCommand {

    @Command(name = "why", mixinStandardHelpOptions = true,
            description = "Show each step that a pod's resolver takes for a name: the rule, the object and its resourceVersion, the upstream server's delay.")
    static final class Why implements Callable<Integer> {

        private static final String PATH = "/api/v1/namespaces/" + DnsAddon.NAMESPACE + "/services/" + DnsAddon.NAME + ":metrics/proxy/why";

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Parameters(paramLabel = "NAME", description = "As a program in the pod would say it; a dot at its end keeps the resolver from searching.")
        private String name = "";

        @Option(names = "--from", paramLabel = "[NAMESPACE/]POD", required = true, description = "The pod that asks.")
        private String from = "";

        @Option(names = "--type", paramLabel = "TYPE", defaultValue = "A", description = "Type of the record (${DEFAULT-VALUE}).")
        private String type = "";

        @Override
        public Integer call() throws Exception {
            var pod = from.contains("/") ? from : "default/" + from;
            Settings.require(cluster.layout());
            try (var client = new ApiClient(ClientConfig.load(cluster.layout().kubeconfig(), null, "moka-dns"))) {
                int slash = pod.indexOf('/');
                if (client.resources(Pod.class).find(pod.substring(0, slash), pod.substring(slash + 1)) == null) {
                    throw new ClusterException("there is no pod " + pod);
                }
                System.out.print(new String(client.send("GET", PATH, Map.of("name", name, "from", pod, "type", type), null, null), StandardCharsets.UTF_8));
                return 0;
            } catch (ApiException e) {
                throw new ClusterException("the DNS server cannot be asked: " + e.getMessage() + "; see: bin/kubectl-lite get pods -n kube-system -l k8s-app=kube-dns");
            }
        }
    }

    /// Installs the DNS server: the part of `moka up` that runs in the background.
    @Command(name = "install", hidden = true, mixinStandardHelpOptions = true, description = "Make the DNS server's image and its objects.")
    static final class Install implements Callable<Integer> {

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Override
        public Integer call() throws Exception {
            new DnsAddon(Distribution.find(), cluster.layout(), Settings.require(cluster.layout())).makeImageAndInstall();
            return 0;
        }
    }
}
