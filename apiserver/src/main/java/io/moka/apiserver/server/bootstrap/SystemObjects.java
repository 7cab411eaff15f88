package io.moka.apiserver.server.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.rest.VerbContext;
import io.moka.apiserver.core.status.ApiException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creates the objects that every cluster has from the beginning: the system's namespaces and priority classes, and the service `kubernetes`,
/// which leads to this server. Creates only missing objects, so that it can run at each start.
public final class SystemObjects {
    private static final Logger LOG = LoggerFactory.getLogger(SystemObjects.class);
    static final UserInfo APISERVER = new UserInfo("system:apiserver", List.of("system:masters", "system:authenticated"));

    private final VerbContext context;
    private final ObjectWriter writer;
    private final String serviceAddress;
    private final String advertiseAddress;
    private final int port;

    /// @param serviceAddress the cluster IP of the service `kubernetes`: the first of the range
    public SystemObjects(VerbContext context, ObjectWriter writer, String serviceAddress, String advertiseAddress, int port) {
        this.context = context;
        this.writer = writer;
        this.serviceAddress = serviceAddress;
        this.advertiseAddress = advertiseAddress;
        this.port = port;
    }

    public void make() {
        for (String namespace : new String[] {"kube-system", "default", "kube-public", "kube-node-lease"}) {
            ensure("", "v1", "namespaces", "", object(namespace, ""));
        }
        context.caches().awaitFresh();
        ensure("scheduling.k8s.io", "v1", "priorityclasses", "", priorityClass("system-node-critical", 2_000_001_000,
                "Used for system critical pods that must not be moved from their current node."));
        ensure("scheduling.k8s.io", "v1", "priorityclasses", "", priorityClass("system-cluster-critical", 2_000_000_000,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."));
        ensure("", "v1", "services", "default", service());
        if (advertiseAddress.startsWith("127.")) {
            LOG.warn("The service kubernetes gets no endpoint, since {} cannot be reached from pods; see --advertise-address", advertiseAddress);
        } else {
            replace("", "v1", "endpoints", endpoints());
            replace("discovery.k8s.io", "v1", "endpointslices", endpointSlice());
        }
    }

    private void ensure(String group, String version, String plural, String namespace, ObjectNode object) {
        ResourceType type = context.catalog().get(group, version, plural);
        if (context.caches().get(type, namespace, Json.name(object)) == null) {
            create(type, namespace, object);
        }
    }

    private void create(ResourceType type, String namespace, ObjectNode object) {
        try {
            writer.create(type, namespace, object, APISERVER);
        } catch (ApiException refused) {
            if (refused.transientFailure()) {
                throw refused;
            }
            if (!refused.reason().equals("AlreadyExists")) {
                LOG.error("Cannot make {} {}: {}", type.plural(), Json.name(object), refused.getMessage());
            }
        }
    }

    /// Creates or updates an object, since the server's address may have changed since the last start.
    private void replace(String group, String version, String plural, ObjectNode object) {
        ResourceType type = context.catalog().get(group, version, plural);
        ObjectNode found = context.caches().get(type, "default", Json.name(object));
        if (found == null) {
            create(type, "default", object);
            return;
        }
        ObjectNode wanted = object.deepCopy().without("metadata");
        if (wanted.properties().stream().allMatch(field -> field.getValue().equals(found.get(field.getKey())))) {
            return;
        }
        try {
            writer.update(type, "default", Json.name(object), APISERVER, current -> current.setAll(wanted));
        } catch (ApiException refused) {
            LOG.error("Cannot update {} {}: {}", plural, Json.name(object), refused.getMessage());
        }
    }

    private static ObjectNode object(String name, String namespace) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return object;
    }

    private static ObjectNode priorityClass(String name, int value, String description) {
        return object(name, "").put("value", value).put("description", description);
    }

    private ObjectNode service() {
        ObjectNode service = object("kubernetes", "default");
        Json.metadata(service).putObject("labels").put("component", "apiserver").put("provider", "kubernetes");
        ObjectNode spec = service.putObject("spec").put("type", "ClusterIP").put("clusterIP", serviceAddress).put("sessionAffinity", "None");
        spec.putArray("ports").addObject().put("name", "https").put("port", 443).put("protocol", "TCP").put("targetPort", port);
        return service;
    }

    private ObjectNode endpoints() {
        ObjectNode endpoints = object("kubernetes", "default");
        Json.metadata(endpoints).putObject("labels").put("endpointslice.kubernetes.io/skip-mirror", "true");
        ObjectNode subset = endpoints.putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", advertiseAddress);
        subset.putArray("ports").addObject().put("name", "https").put("port", port).put("protocol", "TCP");
        return endpoints;
    }

    private ObjectNode endpointSlice() {
        ObjectNode slice = object("kubernetes", "default").put("addressType", "IPv4");
        Json.metadata(slice).putObject("labels").put("kubernetes.io/service-name", "kubernetes");
        ObjectNode endpoint = slice.putArray("endpoints").addObject();
        endpoint.putArray("addresses").add(advertiseAddress);
        endpoint.putObject("conditions").put("ready", true);
        slice.putArray("ports").addObject().put("name", "https").put("port", port).put("protocol", "TCP");
        return slice;
    }
}
