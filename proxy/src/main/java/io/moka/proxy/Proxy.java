package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.ServingOptions;
import io.moka.proxy.nftables.NftablesRuleSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The proxy process.
@Command(name = "moka-proxy", mixinStandardHelpOptions = true, description = "Makes services reachable through the kernel's nftables.")
public final class Proxy extends ComponentProcess {

    static final String SERVICE_LABEL = "kubernetes.io/service-name";

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

    @Option(names = "--cleanup", description = "Remove the rules, and end.")
    private boolean cleanup;

    public static void main(String[] args) {
        System.exit(run(new Proxy(), args));
    }

    @Override
    protected void start() throws Exception {
        if (cleanup) {
            rules().remove();
            stop();
        } else {
            follow();
        }
    }

    private NftablesRuleSet rules() {
        return new NftablesRuleSet(table, clusterCidr, serviceCidr);
    }

    private void follow() throws Exception {
        var health = closeAtEnd(serving.start());
        var api = closeAtEnd(client.connect("proxy"));
        var changes = new ServiceChanges();
        var services = closeAtEnd(SharedInformer.of(api, Service.class)
                .labels("!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name").build());
        var slices = closeAtEnd(SharedInformer.of(api, EndpointSlice.class)
                .labels("!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name")
                .index(ProxyLoop.BY_SERVICE, slice -> List.of(serviceOf(slice).toString())).build());
        services.addHandler(EventHandler.onChange(service -> changes.add(ObjectKey.of(service))));
        slices.addHandler(EventHandler.onChange(slice -> changes.add(serviceOf(slice))));
        var loop = new ProxyLoop(services.lister(), slices.lister(), changes, rules(), nodeName);
        health.addReadiness("rules", loop::isComplete);
        services.start();
        slices.start();
        var thread = Thread.ofVirtual().name("proxy-loop").unstarted(() -> whenSynced(services, slices, loop));
        closeAtEnd(thread::interrupt);
        thread.start();
    }

    /// Rules made from half of the objects would cut connections that work: wait for all of them.
    private static void whenSynced(SharedInformer<Service> services, SharedInformer<EndpointSlice> slices, Runnable loop) {
        try {
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
