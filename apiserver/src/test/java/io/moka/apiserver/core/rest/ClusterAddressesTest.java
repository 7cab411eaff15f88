package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etcd.jetcd.ByteSequence;
import io.moka.apiserver.testing.EtcdProcess;
import io.moka.apiserver.testing.TestServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Cluster addresses, their records and the ranges they come from.
final class ClusterAddressesTest extends ServerTest {
    private static final String NETWORKING = "/apis/networking.k8s.io/v1";
    private static final String RECORDS = NETWORKING + "/ipaddresses";
    private static final String RANGES = NETWORKING + "/servicecidrs";

    private static String service(String name, String address) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"ports\":[{\"port\":80}]" + (address.isEmpty() ? "" : ",\"clusterIP\":\"" + address + "\"") + "}}";
    }

    private static String range(String name, String... cidrs) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"cidrs\":[" + String.join(",", List.of(cidrs).stream().map(cidr -> '"' + cidr + '"').toList()) + "]}}";
    }

    private static String record(String address, String parent) {
        return "{\"metadata\":{\"name\":\"" + address + "\"},\"spec\":{" + parent + "}}";
    }

    @Test
    void serviceHasARecordThatComesAndGoesWithIt() {
        String services = server.namespace("recorded") + "/services";
        String address = admin().post(services, service("s", "")).text("spec", "clusterIP");
        JsonNode record = admin().get(RECORDS + "/" + address).json();
        assertEquals("{\"name\":\"s\",\"namespace\":\"recorded\",\"resource\":\"services\"}", record.at("/spec/parentRef").toString());
        assertEquals("{\"ipaddress.kubernetes.io/ip-family\":\"IPv4\",\"ipaddress.kubernetes.io/managed-by\":\"ipallocator.k8s.io\"}", record.at("/metadata/labels").toString());
        assertEquals("IPAddress", record.path("kind").asText());
        assertTrue(!record.at("/metadata/uid").asText().isEmpty() && !record.at("/metadata/resourceVersion").asText().isEmpty(), record.toString());
        admin().delete(services + "/s");
        assertEquals(404, admin().get(RECORDS + "/" + address).code());
    }

    @Test
    void headlessServiceHasNoRecordAndACollectionTakesItsRecordsAlong() {
        String services = server.namespace("collected") + "/services";
        admin().post(services, service("headless", "None"));
        admin().post(services, service("a", "10.96.40.1"));
        admin().post(services, service("b", "10.96.40.2"));
        assertEquals(404, admin().get(RECORDS + "/None").code());
        assertEquals(200, admin().delete(services).code());
        assertEquals(404, admin().get(RECORDS + "/10.96.40.1").code());
        assertEquals(404, admin().get(RECORDS + "/10.96.40.2").code());
    }

    @Test
    void serviceThatNeedsNoAddressAnyMoreGivesItUp() {
        String services = server.namespace("external") + "/services";
        String address = admin().post(services, service("s", "")).text("spec", "clusterIP");
        var external = admin().patch(services + "/s", "merge-patch", "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.b\",\"clusterIP\":null,\"clusterIPs\":null}}");
        assertEquals(200, external.code(), external.body());
        assertEquals(404, admin().get(RECORDS + "/" + address).code());
        var back = admin().patch(services + "/s", "merge-patch", "{\"spec\":{\"type\":\"ClusterIP\",\"externalName\":null}}");
        assertEquals("s", admin().get(RECORDS + "/" + back.text("spec", "clusterIP")).text("spec", "parentRef", "name"));
    }

    @Test
    void freedAddressIsFreeAtOnce() {
        String services = server.namespace("freed") + "/services";
        for (int round = 0; round < 30; round++) {
            assertEquals(201, admin().post(services, service("s" + round, "10.96.41.1")).code());
            assertEquals(200, admin().delete(services + "/s" + round).code());
        }
    }

    @Test
    void addressWithARecordMadeByHandIsNotGiven() {
        String services = server.namespace("byhand") + "/services";
        admin().post(RECORDS, record("10.96.42.1", "\"parentRef\":{\"group\":\"gateway.networking.k8s.io\",\"resource\":\"gateways\",\"name\":\"g\",\"namespace\":\"x\"}"));
        var refused = admin().post(services, service("s", "10.96.42.1"));
        assertEquals(422, refused.code());
        assertEquals("Service \"s\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.42.1\"]: failed to allocate IP 10.96.42.1: provided IP is already allocated",
                refused.text("message"));
        assertEquals("gateways.gateway.networking.k8s.io/x/g",
                admin().send(admin().request(RECORDS + "/10.96.42.1").header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").GET()).json().at("/rows/0/cells/1").asText());
    }

    @Test
    void whatIsNotWrittenTakesNothing() {
        String services = server.namespace("nothing") + "/services";
        assertEquals(201, admin().post(services + "?dryRun=All", service("s", "10.96.43.1")).code());
        assertEquals(404, admin().get(RECORDS + "/10.96.43.1").code());
        admin().post(services, service("s", "10.96.43.2"));
        assertEquals(409, admin().post(services, service("s", "10.96.43.1")).code());
        assertEquals(404, admin().get(RECORDS + "/10.96.43.1").code());
        assertEquals(200, admin().delete(services + "/s?dryRun=All").code());
        assertEquals(200, admin().get(RECORDS + "/10.96.43.2").code());
    }

    @Test
    void lowAddressesAreLeftToThoseWhoAskForThem() {
        String services = server.namespace("bands") + "/services";
        for (int i = 0; i < 30; i++) {
            String address = admin().post(services, service("s" + i, "")).text("spec", "clusterIP");
            assertTrue(!address.startsWith("10.96.0."), address);
        }
    }

    @Test
    void defaultRangeIsThereAndReady() {
        JsonNode range = admin().get(RANGES + "/kubernetes").json();
        assertEquals("[\"10.96.0.0/12\"]", range.at("/spec/cidrs").toString());
        JsonNode ready = range.at("/status/conditions/0");
        assertEquals("Ready True Kubernetes default Service CIDR is ready", ready.path("type").asText() + " " + ready.path("status").asText() + " " + ready.path("message").asText());
        assertEquals("kubernetes", admin().get(RECORDS + "/10.96.0.1").text("spec", "parentRef", "name"));
    }

    @Test
    void furtherRangeServesWhileItIsReady() {
        String services = server.namespace("further") + "/services";
        var outside = admin().post(services, service("a", "172.30.0.7"));
        assertEquals(422, outside.code());
        assertEquals("Service \"a\" is invalid: spec.clusterIPs: Invalid value: [\"172.30.0.7\"]: failed to allocate IP 172.30.0.7: the provided network does not match the current range",
                outside.text("message"));
        assertEquals(201, admin().post(RANGES, range("further", "172.30.0.0/24")).code());
        assertEquals(201, admin().post(services, service("a", "172.30.0.7")).code());
        var judged = admin().patch(RANGES + "/further/status", "merge-patch", """
                {"status":{"conditions":[{"type":"Ready","status":"False","reason":"Terminating","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""");
        assertEquals(200, judged.code(), judged.body());
        TestServer.await("the range gives nothing", () -> admin().post(services + "?dryRun=All", service("b", "172.30.0.8")).code() == 422);
        assertEquals(200, admin().patch(services + "/a", "merge-patch", "{\"metadata\":{\"labels\":{\"still\":\"mine\"}}}").code());
    }

    @Test
    void rangeThatIsFullIsFollowedByTheNext() throws Exception {
        try (var small = TestServer.startOn("/" + UUID.randomUUID(), "--service-cluster-ip-range=10.0.0.0/29")) {
            String services = "/api/v1/namespaces/default/services";
            for (int i = 0; i < 5; i++) {
                assertEquals(201, small.admin().post(services, service("s" + i, "")).code());
            }
            var full = small.admin().post(services, service("s5", ""));
            assertEquals(500, full.code());
            assertEquals("Internal error occurred: failed to allocate a serviceIP: range is full", full.text("message"));
            small.admin().post(RANGES, range("more", "10.0.1.0/24"));
            // allocation reads the ranges from a cache, which a create does not wait for
            String[] address = new String[1];
            TestServer.await("the new range is used", () -> {
                TestServer.Answer made = small.admin().post(services, service("s5", ""));
                address[0] = made.text("spec", "clusterIP");
                return made.code() == 201;
            });
            assertTrue(address[0].startsWith("10.0.1."), address[0]);
        }
    }

    @Test
    void whatAHandHasPartedIsBroughtTogetherAgain() throws Exception {
        String prefix = "/" + UUID.randomUUID();
        try (var one = TestServer.startOn(prefix)) {
            String address = one.admin().post("/api/v1/namespaces/default/services", service("s", "")).text("spec", "clusterIP");
            one.admin().delete(RECORDS + "/" + address);
            String orphan = """
                    {"kind":"IPAddress","apiVersion":"networking.k8s.io/v1","metadata":{"name":"10.96.50.1","uid":"u","creationTimestamp":"2026-01-01T00:00:00Z",
                    "labels":{"ipaddress.kubernetes.io/managed-by":"ipallocator.k8s.io"}},"spec":{"parentRef":{"name":"gone","namespace":"default","resource":"services"}}}""";
            String foreign = orphan.replace("10.96.50.1", "10.96.50.2").replace("ipallocator.k8s.io", "somebody");
            put(prefix + "/ipaddresses/10.96.50.1", orphan);
            put(prefix + "/ipaddresses/10.96.50.2", foreign);
            try (var other = TestServer.startOn(prefix)) {
                TestServer.await("the record is back", () -> other.admin().get(RECORDS + "/" + address).code() == 200);
                TestServer.await("the orphan is gone", () -> other.admin().get(RECORDS + "/10.96.50.1").code() == 404);
                assertEquals(200, other.admin().get(RECORDS + "/10.96.50.2").code());
            }
        }
    }

    private static void put(String key, String value) {
        EtcdProcess.shared().ask(client -> client.getKVClient().put(ByteSequence.from(key, UTF_8), ByteSequence.from(value, UTF_8)));
    }
}
