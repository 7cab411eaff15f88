package io.moka.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicePlanTest {

    private static final List<EndpointPort> HTTP = List.of(new EndpointPortBuilder().withName("http").withPort(80).build());
    private static final List<EndpointPort> OTHER = List.of(new EndpointPortBuilder().withName("http").withPort(81).build());

    private static Endpoint endpoint(int i) {
        return new EndpointBuilder().withAddresses("10.0." + i / 250 + "." + i % 250).withNewTargetRef().withUid("u" + i).endTargetRef().build();
    }

    private static List<Endpoint> endpoints(int from, int to) {
        return IntStream.range(from, to).mapToObj(SlicePlanTest::endpoint).toList();
    }

    private static EndpointSlice slice(String name, List<EndpointPort> ports, List<Endpoint> endpoints) {
        return new EndpointSliceBuilder().withNewMetadata().withName(name).endMetadata().withPorts(ports).withEndpoints(endpoints).build();
    }

    @Test
    void manyEndpointsFillSlicesOfAHundred() {
        var plan = SlicePlan.of(List.of(), Map.of(HTTP, endpoints(0, 250)));
        assertEquals(List.of(100, 100, 50), plan.added().stream().map(added -> added.endpoints().size()).toList());
    }

    @Test
    void whoStaysStaysInItsSliceAndNewOnesFillGaps() {
        var a = slice("a", HTTP, endpoints(0, 100));
        var b = slice("b", HTTP, endpoints(100, 150));
        var plan = SlicePlan.of(List.of(a, b), Map.of(HTTP, endpoints(1, 152)));
        assertEquals(100, plan.kept().get(a).size());
        assertEquals(51, plan.kept().get(b).size());
        assertTrue(plan.kept().get(a).containsAll(endpoints(1, 100)));
        assertTrue(plan.kept().get(b).containsAll(endpoints(100, 150)));
        assertEquals(List.of(), plan.added());
    }

    @Test
    void anEmptySliceGoesAndOtherPortsAreOtherSlices() {
        var a = slice("a", HTTP, endpoints(0, 2));
        var b = slice("b", HTTP, endpoints(2, 4));
        var plan = SlicePlan.of(List.of(a, b), Map.of(HTTP, endpoints(0, 2), OTHER, endpoints(2, 4)));
        assertEquals(2, plan.kept().get(a).size());
        assertEquals(List.of(), plan.kept().get(b));
        assertEquals(List.of(new SlicePlan.NewSlice(OTHER, endpoints(2, 4))), plan.added());
        assertEquals(List.of(), SlicePlan.of(List.of(a), Map.of()).kept().get(a));
    }

    @Test
    void whateverComesAndGoesEachEndpointIsInExactlyOneSlice() {
        var random = new Random(11);
        List<EndpointSlice> present = List.of();
        for (int round = 0; round < 200; round++) {
            var wanted = IntStream.range(0, 400).filter(i -> random.nextInt(3) > 0).mapToObj(SlicePlanTest::endpoint).toList();
            var plan = SlicePlan.of(present, Map.of(HTTP, wanted));
            var next = new ArrayList<EndpointSlice>();
            plan.kept().forEach((slice, members) -> {
                if (!members.isEmpty()) {
                    next.add(slice(slice.getMetadata().getName(), HTTP, members));
                }
            });
            for (var added : plan.added()) {
                next.add(slice("s" + round + "-" + next.size(), HTTP, added.endpoints()));
            }
            var all = next.stream().flatMap(slice -> slice.getEndpoints().stream()).toList();
            assertEquals(wanted.size(), all.size());
            assertEquals(new HashSet<>(wanted), new HashSet<>(all));
            assertTrue(next.stream().allMatch(slice -> slice.getEndpoints().size() <= SlicePlan.LARGEST));
            present = next;
        }
    }
}
