package io.moka.apiserver.strategy;

import io.moka.apiserver.resource.ResourceType;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Finds the strategy of a resource.
public final class Strategies {
    private static final Strategy CUSTOM = new CustomStrategy();

    private final Map<String, Strategy> byResource = new HashMap<>();

    /// @param services where services get their addresses and ports from
    public Strategies(ServiceAllocations services, long eventTtlSeconds) {
        putPlain(PlainStrategy.PLAIN.withGeneration(), "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "replicationcontrollers", "cronjobs.batch",
                "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io", "networkpolicies.networking.k8s.io", "priorityclasses.scheduling.k8s.io");
        putPlain(PlainStrategy.PLAIN.withGeneration("labels"), "endpointslices.discovery.k8s.io");
        putPlain(PlainStrategy.PLAIN.withGeneration().updatingConditionally(), "poddisruptionbudgets.policy");
        putPlain(PlainStrategy.PLAIN.withGeneration().writingStatusOnly(), "flowschemas.flowcontrol.apiserver.k8s.io",
                "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io");
        putPlain(PlainStrategy.PLAIN.creatingOnUpdate(), "endpoints", "limitranges", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
                "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io");
        putPlain(PlainStrategy.PLAIN.updatingConditionally(), "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io",
                "runtimeclasses.node.k8s.io");
        putPlain(PlainStrategy.PLAIN.updatingConditionally().writingStatusOnly(), "volumeattachments.storage.k8s.io");
        putPlain(PlainStrategy.PLAIN.creatingOnUpdate().updatingConditionally(), "leases.coordination.k8s.io");
        byResource.put("deployments.apps", new DeploymentStrategy());
        byResource.put("jobs.batch", new JobStrategy());
        byResource.put("events", new EventStrategy(eventTtlSeconds));
        byResource.put("events.events.k8s.io", new EventStrategy(eventTtlSeconds));
        byResource.put("pods", new PodStrategy());
        byResource.put("nodes", new NodeStrategy());
        byResource.put("namespaces", new NamespaceStrategy());
        byResource.put("secrets", new SecretStrategy());
        byResource.put("services", new ServiceStrategy(services));
        byResource.put("serviceaccounts", new ReturningStrategy());
        byResource.put("persistentvolumes", new VolumeStrategy("Pending"));
        byResource.put("persistentvolumeclaims", new VolumeStrategy("Pending"));
        byResource.put("certificatesigningrequests.certificates.k8s.io", new CertificateStrategy(InstantSource.system()));
        byResource.put("podtemplates", new ReturningStrategy());
        byResource.put("resourcequotas", new ReturningStrategy());
    }

    private void putPlain(PlainStrategy strategy, String... names) {
        for (String name : names) {
            byResource.put(name, strategy);
        }
    }

    /// Gives a resource the strategy that its own package has. For the start of the server.
    public void put(String qualifiedPlural, Strategy strategy) {
        byResource.put(qualifiedPlural, strategy);
    }

    public Strategy of(ResourceType type) {
        return type.custom() != null ? CUSTOM : byResource.getOrDefault(type.qualifiedPlural(), PlainStrategy.PLAIN);
    }
}
