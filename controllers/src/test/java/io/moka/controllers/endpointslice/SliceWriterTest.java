package io.moka.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.moka.controllers.testing.TestApi;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.testing.Await;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The order of the writes to a service's slices, and what is written while the cache lags behind.
class SliceWriterTest {

    private static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/n/endpointslices";
    private static final List<EndpointPort> OLD = List.of(new EndpointPortBuilder().withName("http").withPort(80).build());
    private static final List<EndpointPort> NEW = List.of(new EndpointPortBuilder().withName("http").withPort(81).build());
    private static final OwnerReference OWNER = new OwnerReferenceBuilder().withApiVersion("v1").withKind("Service").withName("web").withUid("u").build();
    private static final SliceWriter.Frame FRAME = new SliceWriter.Frame(new ObjectKey("n", "web"), "IPv4", Map.of(), null, OWNER, false);

    private TestApi api;
    private SliceWriter writer;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi();
        writer = new SliceWriter(api.context(), "test");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Endpoint endpoint(String address) {
        return new EndpointBuilder().withAddresses(address).build();
    }

    private static EndpointSlice slice(String name, List<EndpointPort> ports, Endpoint... endpoints) {
        return new EndpointSliceBuilder()
                .withNewMetadata().withNamespace("n").withName(name).withUid("uid-" + name).withLabels(new TreeMap<>(Map.of(SliceWriter.SERVICE, "web", SliceWriter.MANAGED_BY, "test"))).endMetadata()
                .withAddressType("IPv4").withPorts(ports).withEndpoints(endpoints).build();
    }

    /// A port that changes its number needs another slice: the endpoints are there before the old slice goes.
    @Test
    void createsAndChangesBeforeItDeletes() throws Exception {
        var goes = slice("a-goes", OLD, endpoint("10.0.0.1"));
        var changes = slice("b-changes", NEW, endpoint("10.0.0.2"));
        api.put(goes);
        api.put(changes);
        api.start();
        assertEquals(Outcome.DONE, writer.write(FRAME, Map.of(NEW, List.of(endpoint("10.0.0.1"), endpoint("10.0.0.2")))));
        assertEquals(List.of("PUT " + SLICES + "/b-changes", "DELETE " + SLICES + "/a-goes"), api.writes());
        api.publish(goes);
        api.publish(changes);
        Await.until("the cache shows both writes", () -> writer.write(FRAME, Map.of(OLD, List.of(endpoint("10.0.0.9")))).equals(Outcome.DONE));
        var writes = api.writes();
        assertEquals(List.of("POST " + SLICES, "DELETE " + SLICES + "/b-changes"), writes.subList(writes.size() - 2, writes.size()));
    }

    /// A failed creation leaves what there was.
    @Test
    void deletesNothingWhenTheReplacementIsRefused() throws Exception {
        api.put(slice("a", OLD, endpoint("10.0.0.1")));
        api.start();
        api.refuse((request, reply) -> {
            boolean create = request.method().equals("POST");
            if (create) {
                reply.status(403, "Forbidden", "exceeded quota");
            }
            return create;
        });
        assertThrows(ApiException.class, () -> writer.write(FRAME, Map.of(NEW, List.of(endpoint("10.0.0.1")))));
        assertEquals(List.of("POST " + SLICES), api.writes());
    }

    /// Without the wait each pass would create the same slice again.
    @Test
    void writesNothingUntilTheCacheShowsTheLastWrite() throws Exception {
        api.start();
        assertEquals(Outcome.DONE, writer.write(FRAME, Map.of(OLD, List.of(endpoint("10.0.0.1")))));
        for (int i = 0; i < 3; i++) {
            assertNotEquals(Outcome.DONE, writer.write(FRAME, Map.of(OLD, List.of(endpoint("10.0.0.2")))));
        }
        assertEquals(List.of("POST " + SLICES), api.writes());
    }

    /// The slice that the cache never showed was deleted by somebody: the wait ends.
    @Test
    void aSliceThatIsGoneIsNotWaitedFor() throws Exception {
        api.start();
        writer.write(FRAME, Map.of(OLD, List.of(endpoint("10.0.0.1"))));
        var made = api.client().resources(EndpointSlice.class).list("n", ListOptions.all()).items().getFirst();
        api.remove(made);
        assertEquals(Outcome.DONE, writer.write(FRAME, Map.of(OLD, List.of(endpoint("10.0.0.2")))));
        assertEquals(List.of("POST " + SLICES, "POST " + SLICES), api.writes());
    }
}
