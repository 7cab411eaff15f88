package io.moka.controllers;

import io.moka.controllers.bootstrap.BootstrapControllers;
import io.moka.controllers.certificates.CertificateControllers;
import io.moka.controllers.certificates.SigningOptions;
import io.moka.controllers.clusterroleaggregation.ClusterRoleAggregation;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.controllers.deployment.DeploymentController;
import io.moka.controllers.endpoints.EndpointsController;
import io.moka.controllers.endpointslice.EndpointSliceController;
import io.moka.controllers.endpointslicemirroring.EndpointSliceMirroringController;
import io.moka.controllers.garbagecollector.GarbageCollector;
import io.moka.controllers.namespace.NamespaceController;
import io.moka.controllers.node.NodeController;
import io.moka.controllers.replicaset.ReplicaSetController;
import io.moka.controllers.resourcequota.ResourceQuotaController;
import io.moka.controllers.serviceaccount.NamespaceDefaultsController;
import io.moka.controllers.serviceaccount.TokenController;
import io.moka.controllers.servicecidr.ServiceCidrController;
import io.moka.controllers.storageprotection.StorageProtection;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.leaderelection.LeaderElector;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.ElectionOptions;
import io.moka.machinery.process.ServingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The controllers process.
@Command(name = "moka-controllers", mixinStandardHelpOptions = true, description = "Makes the world as the objects say.")
public final class Controllers extends ComponentProcess {

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Mixin
    private ElectionOptions election = new ElectionOptions();

    @Mixin
    private SigningOptions signing = new SigningOptions();

    @Option(names = "--root-ca-file", paramLabel = "FILE", required = true, description = "Certificate authority that pods are to trust.")
    private Path rootCertificates = Path.of("");

    @Option(names = "--service-account-private-key-file", paramLabel = "FILE",
            description = "Key that signs the tokens of secrets of the type kubernetes.io/service-account-token. Default: such secrets are left alone.")
    private @Nullable Path accountKey;

    @Option(names = "--cluster-cidr", paramLabel = "CIDR", defaultValue = "10.244.0.0/16", description = "Addresses of the pods (${DEFAULT-VALUE}).")
    private String clusterCidr = "";

    public static void main(String[] args) {
        System.exit(run(new Controllers(), args));
    }

    @Override
    protected void start() throws Exception {
        var health = closeAtEnd(serving.start());
        var api = closeAtEnd(client.connect("controllers"));
        var informers = closeAtEnd(new Informers(api));
        var context = new ControllerContext(api, informers, recorders(api), InstantSource.system());
        var controllers = create(context);
        var quotas = new ResourceQuotaController(context);
        controllers.add(quotas.controller());
        informers.start();
        health.addReadiness("informers", informers::haveSynced);
        var elector = election.enabled() ? election.elector(api, "kube-controller-manager") : null;
        var thread = Thread.ofVirtual().name("controllers").unstarted(() -> lead(elector, informers, controllers, new GarbageCollector(context, quotas::deleted)));
        closeAtEnd(thread::interrupt);
        thread.start();
    }

    private Function<String, EventRecorder> recorders(ApiClient api) {
        Map<String, EventRecorder> recorders = new ConcurrentHashMap<>();
        return name -> recorders.computeIfAbsent(name, component -> closeAtEnd(new EventRecorder(api, component, null, InstantSource.system())));
    }

    private List<Controller<?>> create(ControllerContext context) throws IOException {
        var controllers = new ArrayList<Controller<?>>();
        controllers.add(DeploymentController.create(context));
        controllers.add(ReplicaSetController.create(context));
        controllers.add(EndpointsController.create(context));
        controllers.add(EndpointSliceController.create(context));
        controllers.add(EndpointSliceMirroringController.create(context));
        controllers.add(NamespaceController.create(context));
        controllers.add(NamespaceDefaultsController.create(context, Files.readString(rootCertificates)));
        controllers.addAll(NodeController.create(context, clusterCidr));
        controllers.addAll(StorageProtection.create(context));
        controllers.add(ClusterRoleAggregation.create(context));
        controllers.add(ServiceCidrController.create(context));
        controllers.addAll(BootstrapControllers.create(context));
        controllers.addAll(CertificateControllers.create(context, signing));
        if (accountKey != null) {
            controllers.add(TokenController.create(context, accountKey, Files.readString(rootCertificates)));
        }
        return controllers;
    }

    private void lead(@Nullable LeaderElector elector, Informers informers, List<Controller<?>> controllers, GarbageCollector collector) {
        try {
            informers.awaitSync();
            if (elector != null) {
                elector.acquire();
            }
            controllers.forEach(controller -> closeAtEnd(controller).start());
            closeAtEnd(collector).start();
            if (elector != null) {
                elector.holdUntilLost();
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
