package io.moka.apiserver.kinds;

import io.moka.apiserver.core.strategy.PlainStrategy;
import io.moka.apiserver.core.strategy.Strategies;
import io.moka.apiserver.kinds.service.ServiceAllocations;
import io.moka.apiserver.kinds.service.ServiceStrategy;
import io.moka.apiserver.kinds.strategy.CertificateStrategy;
import io.moka.apiserver.kinds.strategy.DaemonSetStrategy;
import io.moka.apiserver.kinds.strategy.DeploymentStrategy;
import io.moka.apiserver.kinds.strategy.EventStrategy;
import io.moka.apiserver.kinds.strategy.JobStrategy;
import io.moka.apiserver.kinds.strategy.NamespaceStrategy;
import io.moka.apiserver.kinds.strategy.NodeStrategy;
import io.moka.apiserver.kinds.strategy.PodStrategy;
import io.moka.apiserver.kinds.strategy.ReturningStrategy;
import io.moka.apiserver.kinds.strategy.SecretStrategy;
import io.moka.apiserver.kinds.strategy.VolumeStrategy;
import java.time.InstantSource;

/// The table of the built-in kinds whose objects are created, updated and deleted by other rules than the default.
public final class BuiltinStrategies {
    private BuiltinStrategies() {}

    /// @param services allocates the addresses and ports of services
    public static void register(Strategies strategies, ServiceAllocations services, long eventTtlSeconds) {
        plain(strategies, PlainStrategy.PLAIN.withGeneration(), "replicasets.apps", "statefulsets.apps", "cronjobs.batch",
                "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io", "networkpolicies.networking.k8s.io", "priorityclasses.scheduling.k8s.io",
                "deviceclasses.resource.k8s.io", "resourceslices.resource.k8s.io");
        plain(strategies, PlainStrategy.PLAIN.withGeneration().orphaningDependents(), "replicationcontrollers");
        plain(strategies, PlainStrategy.PLAIN.withGeneration("labels"), "endpointslices.discovery.k8s.io");
        plain(strategies, PlainStrategy.PLAIN.withGeneration().updatingConditionally(), "poddisruptionbudgets.policy");
        plain(strategies, PlainStrategy.PLAIN.withGeneration().writingStatusOnly(), "flowschemas.flowcontrol.apiserver.k8s.io",
                "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io");
        plain(strategies, PlainStrategy.PLAIN.creatingOnUpdate(), "endpoints", "limitranges", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
                "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io");
        plain(strategies, PlainStrategy.PLAIN.updatingConditionally(), "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io",
                "runtimeclasses.node.k8s.io");
        plain(strategies, PlainStrategy.PLAIN.updatingConditionally().writingStatusOnly(), "volumeattachments.storage.k8s.io");
        plain(strategies, PlainStrategy.PLAIN.creatingOnUpdate().updatingConditionally(), "leases.coordination.k8s.io");
        strategies.put("deployments.apps", new DeploymentStrategy());
        strategies.put("daemonsets.apps", new DaemonSetStrategy());
        strategies.put("jobs.batch", new JobStrategy());
        strategies.put("events", new EventStrategy(eventTtlSeconds));
        strategies.put("events.events.k8s.io", new EventStrategy(eventTtlSeconds));
        strategies.put("pods", new PodStrategy());
        strategies.put("nodes", new NodeStrategy());
        strategies.put("namespaces", new NamespaceStrategy());
        strategies.put("secrets", new SecretStrategy());
        strategies.put("services", new ServiceStrategy(services));
        strategies.put("serviceaccounts", new ReturningStrategy());
        strategies.put("persistentvolumes", new VolumeStrategy("Pending"));
        strategies.put("persistentvolumeclaims", new VolumeStrategy("Pending"));
        strategies.put("certificatesigningrequests.certificates.k8s.io", new CertificateStrategy(InstantSource.system()));
        strategies.put("podtemplates", new ReturningStrategy());
        strategies.put("resourcequotas", new ReturningStrategy());
    }

    private static void plain(Strategies strategies, PlainStrategy strategy, String... names) {
        for (String name : names) {
            strategies.put(name, strategy);
        }
    }
}
