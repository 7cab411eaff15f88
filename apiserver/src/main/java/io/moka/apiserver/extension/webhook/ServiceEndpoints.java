package io.moka.apiserver.extension.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Resolves a service to the address of one of its ready endpoints. Safe for all threads.
public final class ServiceEndpoints {
    private final ObjectReader objects;
    private final ResourceType services;
    private final ResourceType slices;

    /// The host and port to connect to.
    public record Address(String host, int port) {}

    public ServiceEndpoints(ObjectReader objects, Catalog catalog) {
        this.objects = objects;
        services = catalog.get("", "v1", "services");
        slices = catalog.get("discovery.k8s.io", "v1", "endpointslices");
    }

    /// Returns one of the ready endpoints of a service's port, chosen at random.
    ///
    /// @throws UnreachableException when there is no ready endpoint
    public Address resolve(String namespace, String name, int port) {
        ObjectNode service = objects.get(services, namespace, name);
        if (service == null) {
            throw new UnreachableException(UnreachableException.Reason.SERVICE_NOT_FOUND, "service \"" + name + "\" not found");
        }
        if (Json.text(service, "spec", "type").equals("ExternalName")) {
            return new Address(Json.text(service, "spec", "externalName"), port);
        }
        JsonNode servicePort = null;
        for (JsonNode candidate : service.path("spec").path("ports")) {
            servicePort = candidate.path("port").asInt() == port ? candidate : servicePort;
        }
        if (servicePort == null) {
            throw new UnreachableException(UnreachableException.Reason.SERVICE_PORT, "no service port " + port + " found for service \"" + name + "\"");
        }
        List<Address> ready = ready(namespace, name, Json.text(servicePort, "name"));
        if (ready.isEmpty()) {
            throw new UnreachableException(UnreachableException.Reason.NO_ENDPOINTS, "no endpoints available for service \"" + name + "\"");
        }
        return ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
    }

    private List<Address> ready(String namespace, String name, String portName) {
        List<Address> found = new ArrayList<>();
        for (ObjectNode slice : objects.list(slices, namespace)) {
            if (slice.path("metadata").path("labels").path("kubernetes.io/service-name").asText().equals(name)) {
                for (JsonNode port : slice.path("ports")) {
                    if (Json.text(port, "name").equals(portName)) {
                        addReady(slice, port.path("port").asInt(), found);
                    }
                }
            }
        }
        return found;
    }

    private static void addReady(ObjectNode slice, int port, List<Address> found) {
        for (JsonNode endpoint : slice.path("endpoints")) {
            if (endpoint.path("conditions").path("ready").asBoolean(true) && endpoint.path("addresses").has(0)) {
                found.add(new Address(endpoint.path("addresses").get(0).asText(), port));
            }
        }
    }
}
