package io.moka.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ObjectReader;
import io.moka.apiserver.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Finds an address behind a service. Safe for all threads.
public final class ServiceEndpoints {
    private final ObjectReader objects;
    private final ResourceType services;
    private final ResourceType slices;

    /// Where to connect to.
    public record Address(String host, int port) {}

    public ServiceEndpoints(ObjectReader objects, Catalog catalog) {
        this.objects = objects;
        services = catalog.get("", "v1", "services");
        slices = catalog.get("discovery.k8s.io", "v1", "endpointslices");
    }

    /// One of the ready endpoints of a service's port, chosen at random.
    ///
    /// @throws UnreachableException when there is none
    public Address resolve(String namespace, String name, int port) {
        ObjectNode service = objects.get(services, namespace, name);
        if (service == null) {
            throw new UnreachableException("service \"" + name + "\" not found");
        }
        if (Json.text(service, "spec", "type").equals("ExternalName")) {
            return new Address(Json.text(service, "spec", "externalName"), port);
        }
        JsonNode servicePort = null;
        for (JsonNode candidate : service.path("spec").path("ports")) {
            servicePort = candidate.path("port").asInt() == port ? candidate : servicePort;
        }
        if (servicePort == null) {
            throw new UnreachableException("no service port " + port + " found for service \"" + name + "\"");
        }
        List<Address> ready = ready(namespace, name, Json.text(servicePort, "name"));
        if (ready.isEmpty()) {
            throw new UnreachableException("no endpoints available for service \"" + name + "\"");
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
