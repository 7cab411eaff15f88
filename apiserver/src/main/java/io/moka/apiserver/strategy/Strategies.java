package io.moka.apiserver.strategy;

import io.moka.apiserver.resource.ResourceType;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Finds the strategy of a resource.
public final class Strategies {
    private static final Strategy PLAIN = new Strategy() {};
    private static final Strategy WITH_GENERATION = new PlainStrategy(true, false, true);
    private static final Strategy CREATES_ON_UPDATE = new PlainStrategy(false, true, true);
    private static final Strategy CUSTOM = new CustomStrategy();
    private static final Strategy LEASE = new PlainStrategy(false, true, false);

    private final Map<String, Strategy> byResource = new HashMap<>();

    /// @param services where services get their addresses and ports from
    public Strategies(ServiceAllocations services, long eventTtlSeconds) {
        for (String name : new String[] {
            "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "replicationcontrollers", "jobs.batch", "cronjobs.batch",
            "poddisruptionbudgets.policy", "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io", "networkpolicies.networking.k8s.io",
            "endpointslices.discovery.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io",
            "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "priorityclasses.scheduling.k8s.io"}) {
            byResource.put(name, WITH_GENERATION);
        }
        for (String name : new String[] {
            "endpoints", "limitranges", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
            "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io"}) {
            byResource.put(name, CREATES_ON_UPDATE);
        }
        byResource.put("leases.coordination.k8s.io", LEASE);
        byResource.put("events", new EventStrategy(eventTtlSeconds));
        byResource.put("events.events.k8s.io", new EventStrategy(eventTtlSeconds));
        byResource.put("pods", new PodStrategy());
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

    /// Gives a resource the strategy that its own package has. For the start of the server.
    public void put(String qualifiedPlural, Strategy strategy) {
        byResource.put(qualifiedPlural, strategy);
    }

    public Strategy of(ResourceType type) {
        return type.custom() != null ? CUSTOM : byResource.getOrDefault(type.qualifiedPlural(), PLAIN);
    }
}
