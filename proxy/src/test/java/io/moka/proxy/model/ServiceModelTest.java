package io.moka.proxy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceModelTest {

    private static final String HTTP = "{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}],\"endpoints\":[%s]}";
    private static final String A = "{\"addresses\":[\"10.0.0.1\"],\"nodeName\":\"here\",\"conditions\":{\"ready\":true,\"serving\":true}}";
    private static final String B = "{\"addresses\":[\"10.0.1.1\"],\"nodeName\":\"there\",\"conditions\":{\"ready\":true,\"serving\":true}}";
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
                new Case("IPv6 service", "{\"clusterIP\":\"fd00::1\",\"ports\":[{\"port\":80}]}", List.of(slice(A)), Map.of()),
                new Case("IPv6 slice", spec(""), List.of(slice(A).replace("IPv4", "IPv6")), Map.of(ip, "", node, "")),
                new Case("unready ones get nothing", spec(""), List.of(slice(A, UNREADY)), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("ready ones before terminating ones", spec(""), List.of(slice(A, ENDING)), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080")),
                new Case("terminating ones where nothing else is left", spec(""), List.of(slice(UNREADY, ENDING)), Map.of(ip, "10.0.0.8:8080", node, "10.0.0.8:8080")),
                new Case("serving unknown means it does", spec(""), List.of(slice(ENDING.replace("\"serving\":true,", ""))), Map.of(ip, "10.0.0.8:8080", node, "10.0.0.8:8080")),
                new Case("conditions unknown means ready", spec(""), List.of(slice("{\"addresses\":[\"10.0.0.7\"]}")), Map.of(ip, "10.0.0.7:8080", node, "10.0.0.7:8080")),
                new Case("internal local", spec(",\"internalTrafficPolicy\":\"Local\""), List.of(slice(A, B)), Map.of(ip, "10.0.0.1:8080", node, "10.0.0.1:8080 10.0.1.1:8080")),
                new Case("external local", spec(",\"externalTrafficPolicy\":\"Local\""), List.of(slice(A, B)), Map.of(ip, "10.0.0.1:8080 10.0.1.1:8080", node, "10.0.0.1:8080 keeps")),
                new Case("external local, none here", spec(",\"externalTrafficPolicy\":\"Local\""), List.of(slice(B)), Map.of(ip, "10.0.1.1:8080", node, "keeps")),
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
        assertEquals(new TreeMap<>(row.fronts), describe(ServiceModel.of(service, slices, "here")));
    }

    @Test
    void loadBalancerAddressesAreFrontsToo() throws IOException {
        var service = Json.mapper().readValue("{\"metadata\":{\"name\":\"s\"},\"spec\":{\"clusterIP\":\"10.96.0.5\",\"ports\":[{\"name\":\"http\",\"port\":80}]},"
                + "\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.7\"},{\"hostname\":\"x\"},{\"ip\":\"192.0.2.8\",\"ipMode\":\"Proxy\"},{\"ip\":\"fd00::7\"}]}}}", Service.class);
        var fronts = ServiceModel.of(service, List.of(), "here");
        assertEquals(List.of("tcp 10.96.0.5:80", "tcp 192.0.2.7:80"), List.copyOf(describe(fronts).keySet()));
    }

    @Test
    void aServiceThatIsGoneHasNoFronts() {
        assertEquals(Map.of(), ServiceModel.of(null, List.of(), "here"));
    }

    private static Map<String, String> describe(Map<Front, Backends> fronts) {
        var text = new TreeMap<String, String>();
        fronts.forEach((front, backends) -> {
            var key = switch (front) {
                case Front.ServiceAddress(var address, var protocol, var port) -> protocol + " " + address + ":" + port;
                case Front.ExternalAddress(var address, var protocol, var port) -> protocol + " " + address + ":" + port;
                case Front.NodePort(var protocol, var port) -> protocol + " *:" + port;
            };
            var endpoints = new java.util.ArrayList<>(backends.endpoints().stream().map(e -> e.address() + ":" + e.port()).sorted().toList());
            if (backends.affinitySeconds() > 0) {
                endpoints.add("sticks " + backends.affinitySeconds());
            }
            if (backends.keepsSource()) {
                endpoints.add("keeps");
            }
            text.put(key, String.join(" ", endpoints));
        });
        return text;
    }
}
