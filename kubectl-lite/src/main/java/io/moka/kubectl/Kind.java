package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.Discovery;
import io.moka.machinery.client.ResourceType;
import java.util.List;

/// A kind of object as the user names it: `po`, `pod`, `pods`, `deployments.apps`.
record Kind(ResourceType<?> type, String singular, List<String> shortNames) {

    /// The names that are used every day, so that they cost no question to the server.
    private static final List<Kind> USUAL = List.of(
            core("pods", "Pod", "pod", true, "po"), core("nodes", "Node", "node", false, "no"), core("services", "Service", "service", true, "svc"),
            core("namespaces", "Namespace", "namespace", false, "ns"), core("configmaps", "ConfigMap", "configmap", true, "cm"),
            core("secrets", "Secret", "secret", true), core("serviceaccounts", "ServiceAccount", "serviceaccount", true, "sa"),
            core("endpoints", "Endpoints", "endpoints", true, "ep"), core("events", "Event", "event", true, "ev"),
            of("apps", "deployments", "Deployment", "deployment", true, "deploy"), of("apps", "replicasets", "ReplicaSet", "replicaset", true, "rs"),
            of("apps", "statefulsets", "StatefulSet", "statefulset", true, "sts"), of("apps", "daemonsets", "DaemonSet", "daemonset", true, "ds"),
            of("apps", "controllerrevisions", "ControllerRevision", "controllerrevision", true),
            of("batch", "jobs", "Job", "job", true), of("batch", "cronjobs", "CronJob", "cronjob", true, "cj"),
            of("discovery.k8s.io", "endpointslices", "EndpointSlice", "endpointslice", true),
            of("coordination.k8s.io", "leases", "Lease", "lease", true));

    private static Kind core(String plural, String kind, String singular, boolean namespaced, String... shortNames) {
        return of("", plural, kind, singular, namespaced, shortNames);
    }

    private static Kind of(String group, String plural, String kind, String singular, boolean namespaced, String... shortNames) {
        return new Kind(ResourceType.generic(group, "v1", plural, kind, namespaced), singular, List.of(shortNames));
    }

    private static Kind of(Discovery.Resource resource) {
        return new Kind(resource.type(), resource.singular(), resource.shortNames());
    }

    /// @throws UsageException when neither we nor the server know the name
    static Kind named(Connection connection, String name) {
        return allNamed(connection, name).getFirst();
    }

    /// One kind by its name, or all kinds of a category such as `all`.
    ///
    /// @throws UsageException when neither we nor the server know the name
    static List<Kind> allNamed(Connection connection, String name) {
        var usual = USUAL.stream().filter(kind -> kind.isCalled(name)).findFirst();
        if (usual.isPresent()) {
            return List.of(usual.get());
        }
        var served = new Discovery(connection.client()).resources();
        var byName = served.stream().map(Kind::of).filter(kind -> kind.isCalled(name)).findFirst();
        var found = byName.isPresent() ? List.of(byName.get())
                : served.stream().filter(resource -> resource.categories().contains(name)).map(Kind::of).toList();
        if (found.isEmpty()) {
            throw new UsageException("the server doesn't have a resource type \"" + name + "\"; see: kubectl-lite api-resources");
        }
        return found;
    }

    /// The kind that an object says it is of.
    static Kind of(Connection connection, JsonNode object) {
        var apiVersion = object.path("apiVersion").asText();
        var kind = object.path("kind").asText();
        if (apiVersion.isEmpty() || kind.isEmpty()) {
            throw new UsageException("the object has no apiVersion or no kind");
        }
        return USUAL.stream().filter(usual -> usual.serves(apiVersion, kind)).findFirst().or(() ->
                new Discovery(connection.client()).resources().stream().map(Kind::of).filter(served -> served.serves(apiVersion, kind)).findFirst())
                .orElseThrow(() -> new UsageException("no matches for kind \"" + kind + "\" in version \"" + apiVersion + "\""));
    }

    private boolean serves(String apiVersion, String kind) {
        return type.kind().equals(kind) && type.apiVersion().equals(apiVersion);
    }

    private boolean isCalled(String name) {
        return name.equalsIgnoreCase(type.plural()) || name.equalsIgnoreCase(singular) || name.equalsIgnoreCase(type.kind())
                || shortNames.contains(name) || name.equals(type.qualifiedPlural()) || name.equals(singular + "." + type.group());
    }

    /// The name before the slash in messages: `deployment.apps`.
    String qualified() {
        return type.group().isEmpty() ? singular : singular + "." + type.group();
    }

    /// @param namespace where to look; the empty string for all of them
    String path(String namespace) {
        return type.path(type.namespaced() ? namespace : "");
    }

    String path(String namespace, String name) {
        return type.path(type.namespaced() ? namespace : "", name);
    }
}
