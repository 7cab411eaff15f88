package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Two servers over one etcd.
final class SeveralServersTest {
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        }
    }

    private static String service(String name, String address) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"type\":\"NodePort\"" + address + ",\"ports\":[{\"port\":80}]}}";
    }

    @Test
    void noAddressAndNoPortIsGivenTwiceAndAnswersAgree() throws Exception {
        String prefix = "/" + UUID.randomUUID();
        // so few addresses and ports that the servers get in each other's way all the time
        String[] flags = {"--service-cluster-ip-range=10.96.0.0/25", "--service-node-port-range=30000-30127"};
        try (var one = TestServer.startOn(prefix, flags); var other = TestServer.startOn(prefix, flags)) {
            List<Callable<TestServer.Answer>> creates = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                TestServer server = i % 2 == 0 ? one : other;
                String body = service("s" + i, "");
                creates.add(() -> server.admin().post(SERVICES, body));
            }
            List<String> addresses = new ArrayList<>();
            List<String> ports = new ArrayList<>();
            for (TestServer.Answer created : together(creates)) {
                assertEquals(201, created.code(), created.body());
                addresses.add(created.text("spec", "clusterIP"));
                ports.add(created.json().at("/spec/ports/0/nodePort").asText());
            }
            assertEquals(100, addresses.stream().distinct().count());
            assertEquals(100, ports.stream().distinct().count());
            var records = other.admin().get("/apis/networking.k8s.io/v1/ipaddresses").json().path("items");
            assertEquals(101, records.size());
            records.forEach(record -> assertTrue(addresses.contains(record.at("/metadata/name").asText()) || record.at("/spec/parentRef/name").asText().equals("kubernetes")));
            assertEquals(one.admin().get(SERVICES).json(), other.admin().get(SERVICES).json());
        }
    }

    @Test
    void oneOfTwoGetsAnAddressThatBothAskFor() throws Exception {
        String prefix = "/" + UUID.randomUUID();
        try (var one = TestServer.startOn(prefix); var other = TestServer.startOn(prefix)) {
            for (int round = 1; round <= 20; round++) {
                String address = ",\"clusterIP\":\"10.96.1." + round + "\"";
                String first = service("a" + round, address);
                String second = service("b" + round, address);
                var codes = together(List.of(() -> one.admin().post(SERVICES, first).code(), () -> other.admin().post(SERVICES, second).code()));
                assertEquals(List.of(201, 422), codes.stream().sorted().toList());
            }
        }
    }

    @Test
    void whatOneWritesTheOtherReadsAndUpdatesFromItsRevision() {
        String prefix = "/" + UUID.randomUUID();
        try (var one = TestServer.startOn(prefix); var other = TestServer.startOn(prefix)) {
            for (int round = 0; round < 50; round++) {
                ObjectNode created = one.admin().post(MAPS, "{\"metadata\":{\"name\":\"m" + round + "\"}}").object();
                assertEquals(created, other.admin().get(MAPS + "/m" + round).json());
                created.putObject("data").put("round", "" + round);
                assertEquals(200, other.admin().put(MAPS + "/m" + round, created.toString()).code());
                assertEquals(409, one.admin().put(MAPS + "/m" + round, created.put("immutable", true).toString()).code());
            }
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
