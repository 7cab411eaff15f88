package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Services, their endpoints, and the policies about traffic.
final class Network {

    private Network() {
    }

    static Map<String, Describer> describers() {
        var all = new HashMap<String, Describer>();
        all.put("Service", Network::service);
        all.put("Endpoints", Network::endpoints);
        all.put("EndpointSlice", Network::slice);
        return all;
    }

    private static void service(JsonNode service, Surroundings surroundings, Lines out) {
        var spec = service.path("spec");
        Workloads.name(service, out);
        Workloads.labels(service, out);
        out.field(0, "Selector", Lines.joined(spec.path("selector")));
        out.field(0, "Type", spec.path("type").asText());
        out.optional(0, "IP Family Policy", spec.path("ipFamilyPolicy"));
        out.field(0, "IP Families", spec.path("ipFamilies").isEmpty() ? "<none>" : Lines.join(spec.path("ipFamilies"), ","));
        out.field(0, "IP", spec.path("clusterIP").asText(""));
        out.field(0, "IPs", spec.path("clusterIPs").isEmpty() ? "<none>" : Lines.join(spec.path("clusterIPs"), ","));
        if (!spec.path("externalIPs").isEmpty()) {
            out.field(0, "External IPs", Lines.join(spec.path("externalIPs"), ","));
        }
        if (spec.has("loadBalancerIP")) {
            out.field(0, "Desired LoadBalancer IP", spec.path("loadBalancerIP").asText());
        }
        if (spec.has("externalName")) {
            out.field(0, "External Name", spec.path("externalName").asText());
        }
        if (!service.path("status").path("loadBalancer").path("ingress").isEmpty()) {
            var addresses = new StringJoiner(", ");
            service.path("status").path("loadBalancer").path("ingress").forEach(address -> addresses.add(address.path("ip").asText(address.path("hostname").asText()) + (address.has("ipMode") ? " (" + address.path("ipMode").asText() + ")" : "")));
            out.field(0, "LoadBalancer Ingress", addresses.toString());
        }
        var slices = surroundings.list("/apis/discovery.k8s.io/v1/namespaces/" + service.path("metadata").path("namespace").asText() + "/endpointslices",
                Map.of("labelSelector", "kubernetes.io/service-name=" + service.path("metadata").path("name").asText()));
        for (var port : spec.path("ports")) {
            port(port, slices, out);
        }
        out.field(0, "Session Affinity", spec.path("sessionAffinity").asText());
        out.optional(0, "External Traffic Policy", spec.path("externalTrafficPolicy"));
        if (spec.path("healthCheckNodePort").asInt() > 0) {
            out.field(0, "HealthCheck NodePort", spec.path("healthCheckNodePort").asText());
        }
        out.optional(0, "Internal Traffic Policy", spec.path("internalTrafficPolicy"));
        out.optional(0, "Traffic Distribution", spec.path("trafficDistribution"));
        if (!spec.path("loadBalancerSourceRanges").isEmpty()) {
            out.field(0, "LoadBalancer Source Ranges", Lines.join(spec.path("loadBalancerSourceRanges"), ","));
        }
        out.events(surroundings.events(service));
    }

    private static void port(JsonNode port, List<JsonNode> slices, Lines out) {
        var name = port.path("name").asText("").isEmpty() ? "<unset>" : port.path("name").asText();
        var protocol = port.path("protocol").asText("TCP");
        out.add(0, "Port:\t" + name + "\t" + port.path("port").asText() + "/" + protocol);
        out.field(0, "TargetPort", port.path("targetPort").asText() + "/" + protocol);
        if (port.has("nodePort")) {
            out.add(0, "NodePort:\t" + name + "\t" + port.path("nodePort").asText() + "/" + protocol);
        }
        out.field(0, "Endpoints", endpoints(port.path("name").asText(""), slices));
    }

    private static String endpoints(String portName, List<JsonNode> slices) {
        var addresses = new ArrayList<String>();
        for (var slice : slices) {
            for (var port : slice.path("ports")) {
                if (port.path("name").asText("").equals(portName)) {
                    slice.path("endpoints").forEach(endpoint -> {
                        if (endpoint.path("conditions").path("ready").asBoolean(true)) {
                            endpoint.path("addresses").forEach(address -> addresses.add(address.asText() + ":" + port.path("port").asText()));
                        }
                    });
                }
            }
        }
        if (addresses.isEmpty()) {
            return "";
        }
        int more = addresses.size() - 3;
        return String.join(",", addresses.subList(0, Math.min(3, addresses.size()))) + (more > 0 ? " + " + more + " more..." : "");
    }

    private static void endpoints(JsonNode endpoints, Surroundings surroundings, Lines out) {
        Workloads.name(endpoints, out);
        Workloads.labels(endpoints, out);
        out.add(0, "Subsets:");
        for (var subset : endpoints.path("subsets")) {
            out.field(1, "Addresses", addresses(subset.path("addresses")));
            out.field(1, "NotReadyAddresses", addresses(subset.path("notReadyAddresses")));
            if (!subset.path("ports").isEmpty()) {
                out.add(1, "Ports:");
                out.add(2, "Name\tPort\tProtocol");
                out.add(2, "----\t----\t--------");
                subset.path("ports").forEach(port -> out.add(2, "%s\t%s\t%s", port.path("name").asText("<unset>"), port.path("port").asText(), port.path("protocol").asText()));
            }
            out.add(0, "");
        }
        out.events(surroundings.events(endpoints));
    }

    private static String addresses(JsonNode addresses) {
        var text = new StringJoiner(",");
        addresses.forEach(address -> text.add(address.path("ip").asText()));
        return addresses.isEmpty() ? "<none>" : text.toString();
    }

    private static void slice(JsonNode slice, Surroundings surroundings, Lines out) {
        Workloads.name(slice, out);
        Workloads.labels(slice, out);
        out.field(0, "AddressType", slice.path("addressType").asText());
        if (slice.path("ports").isEmpty()) {
            out.field(0, "Ports", "<unset>");
        } else {
            out.add(0, "Ports:");
            out.add(1, "Name\tPort\tProtocol");
            out.add(1, "----\t----\t--------");
            slice.path("ports").forEach(port -> out.add(1, "%s\t%s\t%s", port.path("name").asText("").isEmpty() ? "<unset>" : port.path("name").asText(),
                    port.path("port").asText("<unset>"), port.path("protocol").asText()));
        }
        if (slice.path("endpoints").isEmpty()) {
            out.add(0, "Endpoints: <none>");
        } else {
            out.add(0, "Endpoints:");
            slice.path("endpoints").forEach(endpoint -> endpoint(endpoint, out));
        }
        out.events(surroundings.events(slice));
    }

    private static void endpoint(JsonNode endpoint, Lines out) {
        out.add(1, "- Addresses:\t" + Lines.join(endpoint.path("addresses"), ", "));
        out.add(2, "Conditions:");
        out.field(3, "Ready", endpoint.path("conditions").path("ready").asText("<unset>"));
        out.field(2, "Hostname", endpoint.path("hostname").asText("<unset>"));
        if (endpoint.has("targetRef")) {
            out.field(2, "TargetRef", endpoint.path("targetRef").path("kind").asText() + "/" + endpoint.path("targetRef").path("name").asText());
        }
        out.field(2, "NodeName", endpoint.path("nodeName").asText("<unset>"));
        out.field(2, "Zone", endpoint.path("zone").asText("<unset>"));
    }
}
