package io.moka.controllers;

import io.moka.controllers.bootstrap.BootstrapControllers;
import io.moka.controllers.certificates.CertificateControllers;
import io.moka.controllers.certificates.SigningOptions;
import io.moka.controllers.clusterroleaggregation.ClusterRoleAggregation;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.controllers.cronjob.CronJobController;
import io.moka.controllers.daemonset.DaemonSetController;
import io.moka.controllers.deployment.DeploymentController;
import io.moka.controllers.disruption.DisruptionController;
import io.moka.controllers.endpoints.EndpointsController;
import io.moka.controllers.endpointslice.EndpointSliceController;
import io.moka.controllers.endpointslicemirroring.EndpointSliceMirroringController;
import io.moka.controllers.ephemeralvolume.EphemeralVolumeController;
import io.moka.controllers.garbagecollector.GarbageCollector;
import io.moka.controllers.job.JobController;
import io.moka.controllers.loadbalancer.LoadBalancerController;
import io.moka.controllers.localpath.LocalPathProvisioner;
import io.moka.controllers.namespace.NamespaceController;
import io.moka.controllers.node.NodeController;
import io.moka.controllers.nodettl.NodeTtlController;
import io.moka.controllers.persistentvolume.PersistentVolumeBinder;
import io.moka.controllers.podautoscaler.DecisionLog;
import io.moka.controllers.podautoscaler.HorizontalPodAutoscalerController;
import io.moka.controllers.podgc.PodGarbageCollector;
import io.moka.controllers.replicaset.ReplicaSetController;
import io.moka.controllers.replicationcontroller.ReplicationControllers;
import io.moka.controllers.resourcemetrics.ResourceMetrics;
import io.moka.controllers.resourcequota.ResourceQuotaController;
import io.moka.controllers.serviceaccount.NamespaceDefaultsController;
import io.moka.controllers.serviceaccount.TokenController;
import io.moka.controllers.servicecidr.ServiceCidrController;
import io.moka.controllers.statefulset.StatefulSetController;
import io.moka.controllers.storageprotection.StorageProtection;
import io.moka.controllers.ttlafterfinished.TtlAfterFinishedController;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.leaderelection.LeaderElector;
import io.moka.machinery.process.ClientOptions;
import io.moka.machinery.process.ComponentProcess;
import io.moka.machinery.process.ElectionOptions;
import io.moka.machinery.process.ServingOptions;
import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    /// How long the leading thread may take to end; then the lease is left to run out.
    private static final Duration ENDING = Duration.ofSeconds(2);

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

    @Option(names = "--controllers", paramLabel = "NAME", split = ",", defaultValue = "*",
            description = "Controllers to run: * for all, a name for one, -name for all but one (${DEFAULT-VALUE}). Upstream's older names (job) are known, too.")
    private List<String> enabled = List.of("*");

    @Option(names = "--terminated-pod-gc-threshold", paramLabel = "N", defaultValue = "12500",
            description = "How many finished pods may stay; 0 for any number (${DEFAULT-VALUE}).")
    private int terminatedPods;

    @Option(names = "--horizontal-pod-autoscaler-sync-period", paramLabel = "SECONDS", defaultValue = "15",
            description = "How often an autoscaler looks at its metrics (${DEFAULT-VALUE} s).")
    private int autoscalerSeconds;

    private final DecisionLog autoscalerDecisions = new DecisionLog();

    public static void main(String[] args) {
        System.exit(runProcess(Controllers::new, args));
    }

    @Override
    protected void start() throws Exception {
        var health = closeAtEnd(serving.start(this::hasStarted));
        var api = closeAtEnd(client.connect("controllers"));
        var informers = closeAtEnd(new Informers(api));
        var context = new ControllerContext(api, informers, recorders(api), TimeSource.SYSTEM);
        var quotas = new ResourceQuotaController(context);
        var chosen = new ControllerChoice(enabled);
        var controllers = create(context, quotas, chosen);
        if (serving.believesFrontProxies()) {
            ResourceMetrics.serve(health, serving.access(api), context);
            health.addPage(DecisionLog.PATH, serving.access(api), autoscalerDecisions);
            controllers.add(ResourceMetrics.registration(context, Files.readString(rootCertificates)));
        }
        var collector = chosen.enables("garbage-collector-controller") ? new GarbageCollector(context, quotas::deleted) : null;
        informers.start();
        health.addReadiness("informers", informers::areReady);
        var elector = election.enabled() ? election.elector(api, "kube-controller-manager") : null;
        if (elector != null) {
            health.addReadiness("leader-election", elector::isHealthy);
        }
        var thread = NeededThread.unstarted("controllers", () -> lead(elector, informers, controllers, collector));
        closeAtEnd(() -> {
            thread.interrupt();
            if (elector != null && thread.join(ENDING)) {
                elector.release();
            }
        });
        thread.start();
    }

    private Function<String, EventRecorder> recorders(ApiClient api) {
        Map<String, EventRecorder> recorders = new ConcurrentHashMap<>();
        return name -> recorders.computeIfAbsent(name, component -> closeAtEnd(new EventRecorder(api, component, null, TimeSource.SYSTEM)));
    }

    private List<Controller<?>> create(ControllerContext context, ResourceQuotaController quotas, ControllerChoice chosen) throws IOException {
        var authorities = Files.readString(rootCertificates);
        var controllers = new ArrayList<Controller<?>>();
        chosen.add("deployment-controller", () -> controllers.add(DeploymentController.create(context)));
        chosen.add("replicaset-controller", () -> controllers.add(ReplicaSetController.create(context)));
        chosen.add("replicationcontroller-controller", () -> controllers.add(ReplicationControllers.create(context)));
        chosen.add("statefulset-controller", () -> controllers.add(StatefulSetController.create(context)));
        chosen.add("daemonset-controller", () -> controllers.add(DaemonSetController.create(context)));
        chosen.add("job-controller", () -> controllers.addAll(JobController.create(context)));
        chosen.add("cronjob-controller", () -> controllers.add(CronJobController.create(context)));
        chosen.add("ttl-after-finished-controller", () -> controllers.add(TtlAfterFinishedController.create(context)));
        chosen.add("disruption-controller", () -> controllers.addAll(DisruptionController.create(context)));
        chosen.add("horizontal-pod-autoscaler-controller",
                () -> controllers.add(HorizontalPodAutoscalerController.create(context, Duration.ofSeconds(autoscalerSeconds), autoscalerDecisions)));
        chosen.add("endpoints-controller", () -> controllers.add(EndpointsController.create(context)));
        chosen.add("endpointslice-controller", () -> controllers.add(EndpointSliceController.create(context)));
        chosen.add("endpointslice-mirroring-controller", () -> controllers.add(EndpointSliceMirroringController.create(context)));
        chosen.add("namespace-controller", () -> controllers.add(NamespaceController.create(context)));
        chosen.add("serviceaccount-controller", () -> controllers.add(NamespaceDefaultsController.create(context, authorities)));
        chosen.add("node-lifecycle-controller", () -> controllers.addAll(NodeController.create(context, clusterCidr)));
        chosen.add("pod-garbage-collector-controller", () -> controllers.addAll(PodGarbageCollector.create(context, terminatedPods)));
        chosen.add("ttl-controller", () -> controllers.add(NodeTtlController.create(context)));
        chosen.add("ephemeral-volume-controller", () -> controllers.add(EphemeralVolumeController.create(context)));
        chosen.add("persistentvolume-binder-controller", () -> controllers.addAll(PersistentVolumeBinder.create(context)));
        chosen.add("local-path-provisioner", () -> controllers.addAll(LocalPathProvisioner.create(context)));
        chosen.add("persistentvolumeclaim-protection-controller", () -> controllers.addAll(StorageProtection.create(context)));
        chosen.add("clusterrole-aggregation-controller", () -> controllers.add(ClusterRoleAggregation.create(context)));
        chosen.add("service-cidr-controller", () -> controllers.add(ServiceCidrController.create(context)));
        chosen.add("bootstrap-signer-controller", () -> controllers.addAll(BootstrapControllers.create(context)));
        chosen.add("certificatesigningrequest-signing-controller", () -> controllers.addAll(CertificateControllers.create(context, signing)));
        chosen.add("service-lb-controller", () -> controllers.add(LoadBalancerController.create(context)));
        chosen.add("resourcequota-controller", () -> controllers.add(quotas.controller()));
        if (accountKey != null) {
            var key = accountKey;
            chosen.add("serviceaccount-token-controller", () -> controllers.add(TokenController.create(context, key, authorities)));
        }
        chosen.requireAllKnown("garbage-collector-controller");
        return controllers;
    }

    private void lead(@Nullable LeaderElector elector, Informers informers, List<Controller<?>> controllers, @Nullable GarbageCollector collector) {
        try {
            if (elector != null) {
                elector.observeOnce();
            }
            informers.awaitSync();
            if (elector != null) {
                elector.acquire();
            }
            controllers.forEach(controller -> closeAtEnd(controller).start());
            if (collector != null) {
                closeAtEnd(collector).start();
            }
            if (elector != null) {
                elector.holdUntilLost();
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
