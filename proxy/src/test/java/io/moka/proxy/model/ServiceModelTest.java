package io.moka.proxy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceModelTest {

    private static final String HTTP = "{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}],\"endpoints\":[%s]}";
    private static final String A = "{\"addresses\":[\"10.0.0.1\"],\"nodeName\":\"here\",\"conditions\":{\"ready\":true,\"serving\":true}}";
    private static final String B = "{\"addresses\":[\"10.0.1.1\"],\"nodeName\":\"there\",\"conditions\":{\"ready\":true,\"serving\":true}}";
    private static final String SIX = "{\"addressType\":\"IPv6\",\"ports\":[{\"name\":\"http\",\"port\":8080}],\"endpoints\":[{\"addresses\":[\"fd00::a\"]}]}";
    private static final NodeView HERE = new NodeView("here", "z1", List.of(), true);
    private static final String UNREADY = "{\"addresses\":[\"10.0.0.9\"],\"nodeName\":\"here\",\"conditions\":{\"ready\":false,\"serving\":false}}";
    private static final String ENDING = "{\"addresses\":[\"10.0.0.8\"],\"nodeName\":\"here\",\"conditions\":{\"ready\":false,\"serving\":true,\"terminating\":true}}";

    /// @param fronts `front=endpoints`, in any order
    record Case(String name, String spec, List<String> slices, Map<String, String> fronts) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String spec(String more) {
        return "{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"http\",\"port\":80,\"nodePort\":30080}]" + more + "}";
    }

    private static String slice(String... endpoints) {
        return HTTP.formatted(String.join(",", endpoints));
    }

    private static String zone(String endpoint, String zone) {
        return endpoint.replaceFirst("\\{", "{\"hints\":{\"forZones\":[{\"name\":\"" + zone + "\"}]},");
    }

    private static String hints(String endpoint, String zone, String node) {
        return endpoint.replaceFirst("\\{", "{\"hints\":{\"forZones\":[{\"name\":\"" + zone + "\"}],\"forNodes\":[{\"name\":\"" + node + "\"}]},");
    }

    static Stream<Case> cases() {
        var ip = "tcp 10.96.0.5:80";
        var node = "tcp *:30080";
        return Stream.of(
                new Case("plain", spec(""), List.of(slice(A, B)), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("several slices", spec(""), List.of(slice(A), slice(B, A)), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("no slices", spec(""), List.of(), Map.of(ip, "", node, "")),
                new Case("headless", "{\"clusterIP\":\"None\",\"ports\":[{\"port\":80}]}", List.of(slice(A)), Map.of()),
                new Case("no address yet", "{\"ports\":[{\"port\":80}]}", List.of(slice(A)), Map.of()),
                new Case("ExternalName", "{\"type\":\"ExternalName\",\"externalName\":\"x.example\",\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"port\":80}]}", List.of(slice(A)), Map.of()),
                new Case("IPv6 service without endpoints of its family", "{\"clusterIP\":\"fd00::1\",\"ports\":[{\"port\":80}]}", List.of(slice(A)), Map.of("tcp fd00::1:80", "")),
                new Case("IPv6 service", "{\"clusterIP\":\"fd00::1\",\"ports\":[{\"name\":\"http\",\"port\":80,\"nodePort\":30080}]}", List.of(slice(A), SIX), Map.of("tcp fd00::1:80", "fd00::a:8080", "tcp IPV6 *:30080", "fd00::a:8080")),
                new Case("two families", "{\"clusterIP\":\"10.96.0.5\",\"clusterIPs\":[\"10.96.0.5\",\"fd00::1\"],\"ports\":[{\"name\":\"http\",\"port\":80}]}", List.of(slice(A), SIX),
                        Map.of(ip, "10.0.0.1:8080", "tcp fd00::1:80", "fd00::a:8080")),
                new Case("two families, IPv6 first", "{\"clusterIP\":\"fd00::1\",\"clusterIPs\":[\"fd00::1\",\"10.96.0.5\"],\"ports\":[{\"name\":\"http\",\"port\":80}]}", List.of(slice(A)), Map.of(ip, "10.0.0.1:8080", "tcp fd00::1:80", "")),
                new Case("external addresses of a family without service address", spec(",\"externalIPs\":[\"2001:db8::1\",\"198.51.100.7\",\"::ffff:198.51.100.8\",\"300.1.1.1\",\"example.com\"]"), List.of(slice(A)),
                        Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080", "tcp 198.51.100.7:80", "10.0.0.1:8080")),
                new Case("IPv6 endpoint in an IPv4 slice", spec(""), List.of(slice(A, "{\"addresses\":[\"fd00::9\"]}")), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("IPv6 slice", spec(""), List.of(slice(A).replace("IPv4", "IPv6")), Map.of(ip, "", node, "")),
                new Case("unready ones get nothing", spec(""), List.of(slice(A, UNREADY)), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("ready ones before terminating ones", spec(""), List.of(slice(A, ENDING)), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("terminating ones where nothing else is left", spec(""), List.of(slice(UNREADY, ENDING)), Map.of(ip, "10.0.0.8:8080", node, "10.0.0.8:8080")),
                new Case("serving unknown means it does", spec(""), List.of(slice(ENDING.replace("\"serving\":true,", ""))), Map.of(ip, "10.0.0.8:8080", node, "10.0.0.8:8080")),
                new Case("conditions unknown means ready", spec(""), List.of(slice("{\"addresses\":[\"10.0.0.7\"]}")), Map.of(ip, "10.0.0.7:8080", node, "10.0.0.7:8080")),
                new Case("internal local", spec(",\"internalTrafficPolicy\":\"Local\""), List.of(slice(A, B)), Map.of(ip, "10.0.0.1:8080 of 10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("internal local, none here", spec(",\"internalTrafficPolicy\":\"Local\""), List.of(slice(B)), Map.of(ip, "of 10.0.1.1:8080 dropped", node, "10.0.1.1:8080")),
                new Case("internal local, none anywhere", spec(",\"internalTrafficPolicy\":\"Local\""), List.of(), Map.of(ip, "of", node, "")),
                new Case("external local", spec(",\"externalTrafficPolicy\":\"Local\""), List.of(slice(A, B)), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 of 10.0.0.1:8080 10.0.1.1:8080")),
                new Case("external local, none here", spec(",\"externalTrafficPolicy\":\"Local\""), List.of(slice(B)), Map.of(ip, "10.0.1.1:8080", node, "of 10.0.1.1:8080 dropped")),
                new Case("external local, only terminating ones here", spec(",\"externalTrafficPolicy\":\"Local\""), List.of(slice(B, ENDING)), Map.of(ip, "10.0.1.1:8080", node, "10.0.0.8:8080 of 10.0.1.1:8080")),
                new Case("both local", spec(",\"externalTrafficPolicy\":\"Local\",\"internalTrafficPolicy\":\"Local\""), List.of(slice(A, B)),
                        Map.of(ip, "10.0.0.1:8080 of 10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 of 10.0.0.1:8080 10.0.1.1:8080")),
                new Case("an endpoint that one slice calls ready and another does not", spec(""), List.of(slice(UNREADY), slice(UNREADY.replace("false", "true"))), Map.of(ip, "10.0.0.9:8080", node, "10.0.0.9:8080")),
                new Case("a terminating endpoint whose slice says ready (publishNotReadyAddresses)", spec(""), List.of(slice(A, ENDING.replace("\"ready\":false", "\"ready\":true"))),
                        Map.of(ip, "10.0.0.1:8080 10.0.0.8:8080", node, "10.0.0.1:8080 10.0.0.8:8080")),
                new Case("zone hints", spec(""), List.of(slice(zone(A, "z1"), zone(B, "z2"))), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("several zones in a hint", spec(""), List.of(slice(zone(A, "z2\"},{\"name\":\"z1"), zone(B, "z1"))), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("zone hints of which one is missing are ignored", spec(""), List.of(slice(zone(A, "z1"), B)), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("an unready endpoint needs no hint", spec(""), List.of(slice(zone(A, "z1"), zone(B, "z2"), UNREADY)), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("zone hints without this zone are ignored", spec(""), List.of(slice(zone(A, "z3"), zone(B, "z2"))), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("node hints come before zone hints", spec(""), List.of(slice(hints(A, "z1", "there"), hints(B, "z1", "here"))), Map.of(ip, "10.0.1.1:8080", node, "10.0.1.1:8080")),
                new Case("node hints without this node give way to zone hints", spec(""), List.of(slice(hints(A, "z1", "there"), hints(B, "z2", "there"))), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("hints have no say in a local policy", spec(",\"externalTrafficPolicy\":\"Local\""), List.of(slice(zone(A, "z2"), zone(B, "z1"))), Map.of(ip, "10.0.1.1:8080", node, "10.0.0.1:8080 of 10.0.1.1:8080")),
                new Case("SCTP", "{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"http\",\"protocol\":\"SCTP\",\"port\":80}]}", List.of(slice(A)), Map.of("sctp 10.96.0.5:80", "10.0.0.1:8080")),
                new Case("external addresses", spec(",\"externalIPs\":[\"192.0.2.1\"]"), List.of(slice(A)),
                        Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080", "tcp 192.0.2.1:80", "10.0.0.1:8080")),
                new Case("affinity", spec(",\"sessionAffinity\":\"ClientIP\""), List.of(slice(A)), Map.of(ip, "10.0.0.1:8080 sticks 10800", node, "10.0.0.1:8080 sticks 10800")),
                new Case("affinity with its time", spec(",\"sessionAffinity\":\"ClientIP\",\"sessionAffinityConfig\":{\"clientIP\":{\"timeoutSeconds\":7}}"), List.of(slice(A)),
                        Map.of(ip, "10.0.0.1:8080 sticks 7", node, "10.0.0.1:8080 sticks 7")),
                new Case("ports by name", "{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"dns\",\"port\":53,\"protocol\":\"UDP\"},{\"name\":\"http\",\"port\":80}]}",
                        List.of("{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"http\",\"port\":8080},{\"name\":\"dns\",\"port\":5353,\"protocol\":\"UDP\"}],\"endpoints\":[" + A + "]}"),
                        Map.of("udp 10.96.0.5:53", "10.0.0.1:5353", ip, "10.0.0.1:8080")),
                new Case("a port that no slice has", "{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"other\",\"port\":80}]}", List.of(slice(A)), Map.of(ip, "")),
                new Case("a port without a name", "{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"port\":80}]}",
                        List.of("{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"\",\"port\":1}],\"endpoints\":[" + B + "]}"), Map.of(ip, "10.0.1.1:1")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void frontsFollowFromServiceAndSlices(Case row) throws IOException {
        var service = Json.mapper().readValue("{\"metadata\":{\"name\":\"s\",\"namespace\":\"n\"},\"spec\":" + row.spec + "}", Service.class);
        var slices = new java.util.ArrayList<EndpointSlice>();
        for (var slice : row.slices) {
            slices.add(Json.mapper().readValue(slice, EndpointSlice.class));
        }
        assertEquals(new TreeMap<>(row.fronts), describe(ServiceModel.of(service, slices, HERE)));
    }

    @Test
    void loadBalancerAddressesAreFrontsToo() throws IOException {
        var service = Json.mapper().readValue("{\"metadata\":{\"name\":\"s\"},\"spec\":{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"http\",\"port\":80}]},"
                + "\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.7\"},{\"hostname\":\"x\"},{\"ip\":\"192.0.2.8\",\"ipMode\":\"Proxy\"},{\"ip\":\"fd00::7\"}]}}}", Service.class);
        var fronts = ServiceModel.of(service, List.of(), HERE);
        assertEquals(List.of("tcp 10.96.0.5:80", "tcp 192.0.2.7:80"), List.copyOf(describe(fronts).keySet()));
    }

    @Test
    void sourceRangesBindTheAddressesOfTheLoadBalancerAlone() throws IOException {
        var service = balanced("\"loadBalancerSourceRanges\":[\"10.1.2.3/8\",\"10.9.0.0/16\",\" 192.0.2.1/32\",\"fd00::/8\",\"nonsense\"],\"externalIPs\":[\"198.51.100.7\"],");
        assertEquals(Map.of("tcp 10.96.0.5:80", "", "tcp *:30080", "of", "tcp 192.0.2.7:80", "of from 10.0.0.0/8 192.0.2.1", "tcp 198.51.100.7:80", "of"),
                describe(ServiceModel.of(service, List.of(), HERE)));
    }

    @Test
    void rangesOfTheOtherFamilyAloneAdmitNobody() throws IOException {
        var fronts = ServiceModel.of(balanced("\"loadBalancerSourceRanges\":[\"fd00::/8\"],"), List.of(), HERE);
        assertEquals(new Sources.Ranges(List.of()), fronts.get(new Front.ExternalAddress("192.0.2.7", "tcp", 80)).sources());
    }

    @Test
    void externalIpsAreFrontsOnlyWhereTheyAreAllowed() throws IOException {
        var service = Json.mapper().readValue("{\"spec\":" + spec(",\"externalIPs\":[\"192.0.2.1\"]") + "}", Service.class);
        assertEquals(Set.of("tcp 10.96.0.5:80", "tcp *:30080"), describe(ServiceModel.of(service, List.of(), new NodeView("here", "", List.of(), false))).keySet());
    }

    @Test
    void aHealthCheckCountsReadyEndpointsOfThisNode() throws IOException {
        var slices = List.of(Json.mapper().readValue(slice(A, B, UNREADY, ENDING), EndpointSlice.class));
        assertEquals(new HealthCheck("n", "s", 32000, 1), ServiceModel.healthCheck(balanced(""), slices, HERE));
        assertEquals(new HealthCheck("n", "s", 32000, 0), ServiceModel.healthCheck(balanced(""), List.of(), HERE));
        assertNull(ServiceModel.healthCheck(Json.mapper().readValue("{\"metadata\":{},\"spec\":" + spec("") + "}", Service.class), slices, HERE));
        assertNull(ServiceModel.healthCheck(null, slices, HERE));
    }

    private static Service balanced(String more) throws IOException {
        return Json.mapper().readValue("{\"metadata\":{\"name\":\"s\",\"namespace\":\"n\"},\"spec\":{\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\",\"healthCheckNodePort\":32000," + more
                + "\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"http\",\"port\":80,\"nodePort\":30080}]},\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.7\"}]}}}", Service.class);
    }

    @Test
    void endpointsOfThisNodeAndThoseOfNoNamedNodeMayReachThemselvesHere() throws IOException {
        var service = Json.mapper().readValue("{\"metadata\":{\"name\":\"s\",\"namespace\":\"n\"},\"spec\":" + spec("") + "}", Service.class);
        var slices = List.of(Json.mapper().readValue(slice(A, B, "{\"addresses\":[\"10.0.2.1\"]}"), EndpointSlice.class));
        var fronts = ServiceModel.of(service, slices, HERE);
        assertEquals(Set.of("10.0.0.1", "10.0.2.1"), fronts.values().iterator().next().here());
        assertEquals(3, fronts.values().iterator().next().endpoints().size());
    }

    @Test
    void aServiceThatIsGoneHasNoFronts() {
        assertEquals(Map.of(), ServiceModel.of(null, List.of(), HERE));
    }

    private static Map<String, String> describe(Map<Front, Backends> fronts) {
        var text = new TreeMap<String, String>();
        fronts.forEach((front, backends) -> {
            var key = switch (front) {
                case Front.ServiceAddress(var address, var protocol, var port) -> protocol + " " + address + ":" + port;
                case Front.ExternalAddress(var address, var protocol, var port) -> protocol + " " + address + ":" + port;
                case Front.NodePort(var family, var protocol, var port) -> protocol + (family == IpFamily.IPV4 ? " *:" : " IPV6 *:") + port;
            };
            var endpoints = new java.util.ArrayList<>(backends.endpoints().stream().map(e -> e.address() + ":" + e.port()).sorted().toList());
            if (backends.affinitySeconds() > 0) {
                endpoints.add("sticks " + backends.affinitySeconds());
            }
            if (backends.local()) {
                endpoints.add("of");
                endpoints.addAll(backends.everywhere().stream().map(e -> e.address() + ":" + e.port()).sorted().toList());
            }
            if (backends.dropsUnserved()) {
                endpoints.add("dropped");
            }
            if (backends.sources() instanceof Sources.Ranges(var cidrs)) {
                endpoints.add("from");
                endpoints.addAll(cidrs);
            }
            text.put(key, String.join(" ", endpoints));
        });
        return text;
    }
}
