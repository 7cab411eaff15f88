package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "Services", "EndpointSlice": services and their endpoints as objects, without a node that carries traffic.
final class ServicesTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("services");
    private final String services = namespace + "/services";
    private final String slices = namespace.replace("/api/v1/", "/apis/discovery.k8s.io/v1/") + "/endpointslices";

    @Test
    void typeChangesTakeAndGiveBackAddressAndPort() {
        API.post(services, "{metadata: {name: s}, spec: {type: ExternalName, externalName: foo.example.com}}").expect(201);
        assertFalse(API.get(services + "/s").at("spec").has("clusterIP"));
        Answer cluster = API.update(services + "/s", service -> {
            service.withObject("spec").put("type", "ClusterIP").remove("externalName");
            service.withObject("spec").set("ports", Api.yaml("[{port: 80, name: http, protocol: TCP}]"));
        });
        assertTrue(cluster.text("spec", "clusterIP").startsWith("10."), cluster.body());
        assertEquals(cluster.text("spec", "clusterIP"), cluster.at("spec", "clusterIPs").path(0).asText());
        Answer external = API.update(services + "/s", service -> service.withObject("spec").put("type", "ExternalName").put("externalName", "foo.example.com"));
        assertFalse(external.at("spec").has("clusterIP"), external.body());
        Answer node = API.update(services + "/s", service -> {
            service.withObject("spec").put("type", "NodePort").remove("externalName");
            service.withObject("spec").set("ports", Api.yaml("[{port: 80, name: http, protocol: TCP}]"));
        });
        int port = node.at("spec", "ports").path(0).path("nodePort").asInt();
        assertTrue(port >= 30000, node.body());
        Answer again = API.update(services + "/s", service -> service.withObject("spec").put("type", "ExternalName").put("externalName", "bar.example.com"));
        assertFalse(again.at("spec").has("clusterIP"), again.body());
        assertFalse(again.at("spec", "ports").path(0).has("nodePort"), again.body());
        API.post(services, "{metadata: {name: taker}, spec: {type: NodePort, ports: [{port: 80, nodePort: %d}]}}".formatted(port)).expect(201);
    }

    @Test
    void putMakesAServiceThatIsMissing() {
        Answer created = API.put(services + "/made", Api.yaml("{apiVersion: v1, kind: Service, metadata: {name: made}, spec: {ports: [{port: 80}]}}")).expect(201);
        assertTrue(created.text("spec", "clusterIP").startsWith("10."), created.body());
    }

    @Test
    void affinityIsSwitchedOnAndOff() {
        Answer sticky = API.post(services, "{metadata: {name: s}, spec: {sessionAffinity: ClientIP, ports: [{port: 80}]}}").expect(201);
        assertEquals(10800, sticky.at("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds").asInt());
        Answer loose = API.update(services + "/s", service -> service.withObject("spec").put("sessionAffinity", "None"));
        assertFalse(loose.at("spec").has("sessionAffinityConfig"), loose.body());
        Answer back = API.update(services + "/s", service -> service.withObject("spec").put("sessionAffinity", "ClientIP"));
        assertEquals(10800, back.at("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds").asInt());
    }

    @Test
    void rangesAndAddressesTakeEveryVerb() {
        String ranges = "/apis/networking.k8s.io/v1/servicecidrs";
        API.post(ranges, "{metadata: {name: more, labels: {e2e: verbs}}, spec: {cidrs: [172.31.9.0/24]}}").expect(201);
        Eventually.holds("the range is ready", () -> API.get(ranges + "/more").at("status", "conditions").path(0).path("status").asText().equals("True"));
        assertEquals(List.of("more"), API.get(ranges + "?labelSelector=e2e%3Dverbs").expect(200).names());
        assertEquals("true", API.merge(ranges + "/more", "metadata: {annotations: {patched: 'true'}}").expect(200).text("metadata", "annotations", "patched"));
        API.merge(ranges + "/more", "spec: {cidrs: [172.31.10.0/24]}").expect(422);
        API.update(ranges + "/more", ranges + "/more/status", range -> range.withObject("status").withArray("conditions")
                .add(Api.yaml("{type: Seen, status: 'True', reason: Test, message: m, lastTransitionTime: '2026-01-01T00:00:00Z'}")));
        API.delete(ranges + "/more").expect(200);
        Eventually.holds("the range is gone", () -> API.get(ranges + "/more").code() == 404);

        String addresses = "/apis/networking.k8s.io/v1/ipaddresses";
        String service = namespace.substring("/api/v1/namespaces/".length());
        API.post(services, "{metadata: {name: holder}, spec: {clusterIP: 10.96.200.7, ports: [{port: 80}]}}").expect(201);
        Answer record = API.get(addresses + "/10.96.200.7").expect(200);
        assertEquals("holder " + service, record.text("spec", "parentRef", "name") + " " + record.text("spec", "parentRef", "namespace"));
        assertTrue(API.get(addresses).expect(200).names().contains("10.96.200.7"));
        assertEquals("true", API.merge(addresses + "/10.96.200.7", "metadata: {annotations: {patched: 'true'}}").expect(200).text("metadata", "annotations", "patched"));
        API.merge(addresses + "/10.96.200.7", "spec: {parentRef: {name: another}}").expect(422);
        API.delete(services + "/holder").expect(200);
        API.get(addresses + "/10.96.200.7").expect(404);
    }

    private void pod(String name, String ip, String port) {
        API.post(namespace + "/pods", "{metadata: {name: %s, labels: {app: %s}}, spec: {nodeName: nowhere, containers: [{name: c, image: none, ports: [%s]}]}}".formatted(name, name, port)).expect(201);
        API.merge(namespace + "/pods/" + name + "/status", """
                status: {phase: Running, podIP: %1$s, podIPs: [{ip: %1$s}], conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""".formatted(ip)).expect(200);
    }

    private JsonNode slice(String service) {
        JsonNode items = API.get(slices + "?labelSelector=kubernetes.io/service-name%3D" + service).expect(200).at("items");
        return items.size() == 1 ? items.path(0) : Api.JSON.missingNode();
    }

    @Test
    void endpointsAndSlicesFollowTheirServiceAndItsPods() {
        API.post(services, "{metadata: {name: example}, spec: {selector: {app: first}, ports: [{name: web, port: 80, targetPort: named, protocol: TCP}]}}").expect(201);
        Eventually.holds("both are there and empty", () -> API.get(namespace + "/endpoints/example").code() == 200 && slice("example").path("endpoints").isEmpty() && !slice("example").isMissingNode());
        pod("first", "10.1.2.3", "{name: named, containerPort: 8080}");
        Eventually.holds("the pod is there", () -> slice("example").path("endpoints").path(0).path("conditions").path("ready").asBoolean());
        JsonNode slice = slice("example");
        assertEquals(Api.yaml("[10.1.2.3]"), slice.path("endpoints").path(0).path("addresses"));
        assertEquals("Pod first", slice.path("endpoints").path(0).path("targetRef").path("kind").asText() + " " + slice.path("endpoints").path(0).path("targetRef").path("name").asText());
        assertEquals(8080, slice.path("ports").path(0).path("port").asInt());
        assertEquals("Service", slice.path("metadata").path("ownerReferences").path(0).path("kind").asText());
        assertEquals("endpointslice-controller.k8s.io", slice.path("metadata").path("labels").path("endpointslice.kubernetes.io/managed-by").asText());
        Eventually.holds("the endpoints have it too", () -> API.get(namespace + "/endpoints/example").at("subsets").path(0).path("addresses").path(0).path("ip").asText().equals("10.1.2.3"));
        API.delete(namespace + "/pods/first", "{gracePeriodSeconds: 0}").expect(200);
        Eventually.holds("the pod is gone", () -> slice("example").path("endpoints").isEmpty() && API.get(namespace + "/endpoints/example").at("subsets").isEmpty());
        API.delete(services + "/example").expect(200);
        Eventually.holds("all is gone", () -> API.get(namespace + "/endpoints/example").code() == 404 && slice("example").isMissingNode());
    }

    @Test
    void onePortMayHaveTwoProtocols() {
        API.post(services, "{metadata: {name: both}, spec: {selector: {app: dns}, ports: [{name: tcp, port: 80, protocol: TCP}, {name: udp, port: 80, protocol: UDP}]}}").expect(201);
        pod("dns", "10.1.2.4", "{containerPort: 80}");
        Eventually.holds("both ports are there", () -> slice("both").path("ports").size() == 2);
        API.update(services + "/both", service -> service.withObject("spec").set("ports", Api.yaml("[{name: udp, port: 80, protocol: UDP}]")));
        Eventually.holds("one is left", () -> slice("both").path("ports").size() == 1 && slice("both").path("ports").path(0).path("protocol").asText().equals("UDP"));
    }

    @Test
    void endpointsOfNoServiceLiveTheirOwnLife() {
        API.post(namespace + "/endpoints", "{metadata: {name: own, labels: {own: 'yes'}}, subsets: [{addresses: [{ip: 10.0.0.24}], ports: [{name: http, port: 80, protocol: TCP}]}]}").expect(201);
        API.update(namespace + "/endpoints/own", object -> object.withObject("metadata").withObject("labels").put("updated", "yes"));
        Answer patched = API.strategic(namespace + "/endpoints/own", "subsets: [{addresses: [{ip: 10.0.0.25}], ports: [{name: http-test, port: 8080, protocol: TCP}]}]").expect(200);
        assertEquals("10.0.0.25", patched.at("subsets").path(0).path("addresses").path(0).path("ip").asText());
        assertEquals("yes", patched.text("metadata", "labels", "updated"));
        API.delete(namespace + "/endpoints?labelSelector=own%3Dyes").expect(200);
        API.get(namespace + "/endpoints/own").expect(404);
    }

    private JsonNode copies(String service) {
        return API.get(slices + "?labelSelector=kubernetes.io/service-name%3D" + service + ",endpointslice.kubernetes.io/managed-by%3Dendpointslicemirroring-controller.k8s.io")
                .expect(200).at("items");
    }

    @Test
    void endpointsOfAServiceWithoutASelectorAreMirroredThroughTheirLife() {
        API.post(services, "{metadata: {name: own}, spec: {ports: [{port: 80}]}}").expect(201);
        API.post(namespace + "/endpoints", """
                {metadata: {name: own, labels: {colour: green}, annotations: {a: b}}, subsets: [
                  {addresses: [{ip: 10.1.2.3, hostname: one}], notReadyAddresses: [{ip: 10.1.2.4}], ports: [{name: web, port: 80}]},
                  {addresses: [{ip: 10.1.2.3}], ports: [{name: other, port: 90}]}]}""").expect(201);
        Eventually.holds("each set of ports has its slice", () -> copies("own").size() == 2);
        JsonNode web = copies("own").path(0).path("ports").path(0).path("port").asInt() == 80 ? copies("own").path(0) : copies("own").path(1);
        assertEquals(Api.yaml("[{addresses: [10.1.2.3], conditions: {ready: true}, hostname: one}, {addresses: [10.1.2.4], conditions: {ready: false}}]"), web.path("endpoints"));
        assertEquals("IPv4", web.path("addressType").asText());
        assertEquals("green", web.path("metadata").path("labels").path("colour").asText());
        assertEquals(Api.yaml("{a: b}"), web.path("metadata").path("annotations"));
        assertEquals("Endpoints", web.path("metadata").path("ownerReferences").path(0).path("kind").asText());
        API.update(namespace + "/endpoints/own", object -> object.set("subsets", Api.yaml("[{addresses: [{ip: 10.1.2.5}], ports: [{name: web, port: 80, protocol: TCP}]}]")));
        Eventually.holds("a change is followed", () -> copies("own").size() == 1 && copies("own").path(0).path("endpoints").path(0).path("addresses").path(0).asText().equals("10.1.2.5"));
        API.delete(namespace + "/endpoints/own").expect(200);
        Eventually.holds("they go with it", () -> copies("own").isEmpty());
    }

    @Test
    void whatShallNotBeMirroredIsNot() {
        String subsets = "subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 80}]}]";
        for (String name : List.of("skipped", "chosen", "elected", "plain")) {
            API.post(services, "{metadata: {name: %s}, spec: {ports: [{port: 80}]}}".formatted(name)).expect(201);
        }
        API.merge(services + "/chosen", "spec: {selector: {app: nobody}}").expect(200);
        API.post(namespace + "/endpoints", "{metadata: {name: skipped, labels: {endpointslice.kubernetes.io/skip-mirror: 'true'}}, " + subsets + "}").expect(201);
        API.post(namespace + "/endpoints", "{metadata: {name: elected, annotations: {control-plane.alpha.kubernetes.io/leader: '{}'}}, " + subsets + "}").expect(201);
        API.post(namespace + "/endpoints", "{metadata: {name: unserved}, " + subsets + "}").expect(201);
        API.post(namespace + "/endpoints", "{metadata: {name: plain}, " + subsets + "}").expect(201);
        Eventually.holds("the last is mirrored", () -> copies("plain").size() == 1);
        for (String name : List.of("skipped", "chosen", "elected", "unserved")) {
            assertTrue(copies(name).isEmpty(), name);
        }
        API.merge(services + "/plain", "spec: {selector: {app: nobody}}").expect(200);
        Eventually.holds("a selector ends it", () -> copies("plain").isEmpty());
        API.post(services, "{metadata: {name: unserved}, spec: {ports: [{port: 80}]}}").expect(201);
        Eventually.holds("a service begins it", () -> copies("unserved").size() == 1);
    }

    @Test
    void unreadyAndTerminatingPodsArePublishedWhereTheServiceSaysSo() {
        API.post(services, "{metadata: {name: all}, spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: going}, ports: [{port: 80, targetPort: side}]}}").expect(201);
        API.post(services, "{metadata: {name: some}, spec: {selector: {app: going}, ports: [{port: 80}]}}").expect(201);
        API.post(namespace + "/pods", """
                {metadata: {name: going, labels: {app: going}, finalizers: [example.com/wait]}, spec: {nodeName: nowhere, containers: [{name: c, image: none}],
                  initContainers: [{name: s, image: none, restartPolicy: Always, ports: [{name: side, containerPort: 8080}]}]}}""").expect(201);
        API.merge(namespace + "/pods/going/status", "status: {phase: Running, podIP: 10.1.2.9, podIPs: [{ip: 10.1.2.9}]}").expect(200);
        Eventually.holds("ready and unready", () -> slice("all").path("endpoints").path(0).path("conditions").equals(Api.yaml("{ready: true, serving: false, terminating: false}"))
                && slice("some").path("endpoints").path(0).path("conditions").equals(Api.yaml("{ready: false, serving: false, terminating: false}")));
        assertEquals(8080, slice("all").path("ports").path(0).path("port").asInt());
        assertTrue(slice("all").path("metadata").path("labels").has("service.kubernetes.io/headless"));
        API.delete(namespace + "/pods/going", "{gracePeriodSeconds: 30}").expect(200);
        Eventually.holds("terminating", () -> slice("all").path("endpoints").path(0).path("conditions").equals(Api.yaml("{ready: true, serving: false, terminating: true}"))
                && API.get(namespace + "/endpoints/some").at("subsets").isEmpty());
        assertEquals("10.1.2.9", API.get(namespace + "/endpoints/all").at("subsets").path(0).path("addresses").path(0).path("ip").asText());
        API.merge(namespace + "/pods/going", "metadata: {finalizers: null}").expect(200);
        API.delete(namespace + "/pods/going", "{gracePeriodSeconds: 0}");
    }

    @Test
    void generationOfASliceCountsItsLabels() {
        API.post(slices, "{metadata: {name: own}, addressType: IPv4, endpoints: []}").expect(201);
        assertEquals(1, API.merge(slices + "/own", "metadata: {annotations: {a: b}}").expect(200).at("metadata", "generation").asInt());
        assertEquals(2, API.merge(slices + "/own", "metadata: {labels: {a: b}}").expect(200).at("metadata", "generation").asInt());
        assertEquals(3, API.merge(slices + "/own", "endpoints: [{addresses: [10.1.2.3]}]").expect(200).at("metadata", "generation").asInt());
    }
}
