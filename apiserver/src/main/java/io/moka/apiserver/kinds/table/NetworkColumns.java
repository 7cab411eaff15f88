package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns of services and of the kinds around them, such as endpoints and ingresses.
final class NetworkColumns {

    private static final int SHOWN = 3;

    private NetworkColumns() {
    }

    static @Nullable List<Column> of(String kind) {
        return switch (kind) {
            case "v1/Service" -> List.of(
                    Columns.NAME,
                    Column.path("Type", "spec.type", ""),
                    Column.path("Cluster-IP", "spec.clusterIP", Cells.NONE),
                    Column.of("External-IP", NetworkColumns::externalIp),
                    Column.of("Port(s)", NetworkColumns::ports),
                    Columns.AGE,
                    Column.of("Selector", o -> Cells.labels(Cells.at(o, "spec.selector"))).inWide());
            case "v1/Endpoints" -> List.of(Columns.NAME, Column.of("Endpoints", NetworkColumns::endpoints), Columns.AGE);
            case "discovery.k8s.io/v1/EndpointSlice" -> List.of(
                    Columns.NAME,
                    Column.path("AddressType", "addressType", ""),
                    Column.of("Ports", NetworkColumns::slicePorts),
                    Column.of("Endpoints", NetworkColumns::sliceEndpoints),
                    Columns.AGE);
            case "networking.k8s.io/v1/Ingress" -> List.of(
                    Columns.NAME,
                    Column.path("Class", "spec.ingressClassName", Cells.NONE),
                    Column.of("Hosts", NetworkColumns::hosts),
                    Column.of("Address", o -> loadBalancer(o)),
                    Column.of("Ports", o -> o.path("spec").path("tls").isEmpty() ? "80" : "80, 443"),
                    Columns.AGE);
            case "networking.k8s.io/v1/IngressClass" -> List.of(
                    Columns.NAME,
                    Column.path("Controller", "spec.controller", ""),
                    Column.of("Parameters", NetworkColumns::parameters),
                    Columns.AGE);
            case "networking.k8s.io/v1/NetworkPolicy" -> List.of(
                    Columns.NAME,
                    Column.of("Pod-Selector", o -> Cells.selector(o.path("spec").path("podSelector"))),
                    Columns.AGE);
            case "networking.k8s.io/v1/IPAddress" -> List.of(Columns.NAME, Column.of("ParentRef", NetworkColumns::parent));
            case "networking.k8s.io/v1/ServiceCIDR" -> List.of(
                    Columns.NAME,
                    Column.of("CIDRs", o -> Cells.join(o.path("spec").path("cidrs"), ",", "")),
                    Columns.AGE);
            default -> null;
        };
    }

    private static String externalIp(JsonNode service) {
        String listed = Cells.join(service.path("spec").path("externalIPs"), ",", "");
        return switch (service.path("spec").path("type").asText()) {
            case "LoadBalancer" -> {
                String address = loadBalancer(service);
                yield address.isEmpty() ? listed.isEmpty() ? "<pending>" : listed : listed.isEmpty() ? address : address + "," + listed;
            }
            case "ExternalName" -> Cells.text(service, "spec.externalName", Cells.NONE);
            default -> listed.isEmpty() ? Cells.NONE : listed;
        };
    }

    private static String loadBalancer(JsonNode object) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode ingress : object.path("status").path("loadBalancer").path("ingress")) {
            addresses.add(ingress.path("ip").asText().isEmpty() ? ingress.path("hostname").asText() : ingress.path("ip").asText());
        }
        return String.join(",", addresses);
    }

    private static String ports(JsonNode service) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt();
            ports.add(port.path("port").asInt() + (nodePort > 0 ? ":" + nodePort : "") + "/" + port.path("protocol").asText());
        }
        return ports.isEmpty() ? Cells.NONE : String.join(",", ports);
    }

    private static String endpoints(JsonNode endpoints) {
        List<String> found = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            for (JsonNode address : subset.path("addresses")) {
                addEndpoints(address.path("ip").asText(), subset.path("ports"), found);
            }
        }
        return shorten(found, Cells.NONE);
    }

    private static void addEndpoints(String ip, JsonNode ports, List<String> found) {
        String host = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
        if (ports.isEmpty()) {
            found.add(ip);
        }
        ports.forEach(port -> found.add(host + ":" + port.path("port").asInt()));
    }

    private static String shorten(List<String> all, String otherwise) {
        if (all.isEmpty()) {
            return otherwise;
        }
        String shown = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() > SHOWN ? shown + " + " + (all.size() - SHOWN) + " more..." : shown;
    }

    private static String slicePorts(JsonNode slice) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : slice.path("ports")) {
            ports.add(port.hasNonNull("port") ? port.path("port").asText() : "*");
        }
        return shorten(ports, "<unset>");
    }

    private static String sliceEndpoints(JsonNode slice) {
        List<String> addresses = new ArrayList<>();
        slice.path("endpoints").forEach(endpoint -> endpoint.path("addresses").forEach(address -> addresses.add(address.asText())));
        return shorten(addresses, "<unset>");
    }

    private static String hosts(JsonNode ingress) {
        List<String> hosts = new ArrayList<>();
        for (JsonNode rule : ingress.path("spec").path("rules")) {
            if (!rule.path("host").asText().isEmpty()) {
                hosts.add(rule.path("host").asText());
            }
        }
        return shorten(hosts, "*");
    }

    private static String parent(JsonNode address) {
        JsonNode parent = address.path("spec").path("parentRef");
        if (parent.isMissingNode()) {
            return Cells.NONE;
        }
        String group = parent.path("group").asText();
        String namespace = parent.path("namespace").asText();
        return parent.path("resource").asText() + (group.isEmpty() ? "" : "." + group) + "/" + (namespace.isEmpty() ? "" : namespace + "/")
                + parent.path("name").asText();
    }

    private static String parameters(JsonNode ingressClass) {
        JsonNode parameters = ingressClass.path("spec").path("parameters");
        if (parameters.isMissingNode()) {
            return Cells.NONE;
        }
        String group = parameters.path("apiGroup").asText();
        return parameters.path("kind").asText() + (group.isEmpty() ? "" : "." + group) + "/" + parameters.path("name").asText();
    }
}
