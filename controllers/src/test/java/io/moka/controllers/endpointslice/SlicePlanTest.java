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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How endpoints are distributed over slices.
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

    /// Present slices are `name=from-to`, with the numbers of their endpoints; the kept ones are `name=size`, and of the added ones only the sizes are given.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            nothing is wanted and nothing is there            | none               | 0-0     | none        | none
            one endpoint                                      | none               | 0-1     | none        | 1
            a full slice                                      | none               | 0-100   | none        | 100
            one more than a full slice                        | none               | 0-101   | none        | 100 1
            all stay                                          | a=0-50             | 0-50    | a=50        | none
            a gap is filled before a slice is made            | a=0-50             | 0-120   | a=100       | 20
            the last endpoint goes                            | a=0-50             | 0-0     | a=0         | none
            slices that have become small are not merged      | a=0-100 b=100-110  | 50-110  | a=50 b=10   | none
            one of two slices is empty                        | a=0-100 b=100-200  | 0-100   | a=100 b=0   | none
            all are replaced within the present slice         | a=0-10             | 100-110 | a=10        | none
            all are replaced within the first of two          | a=0-10 b=10-20     | 100-130 | a=30 b=0    | none
            a slice with members is filled before an empty one | a=0-10 b=10-20    | 10-130  | b=100 a=20  | none
            an endpoint of two slices stays in the first      | a=0-10 b=5-15      | 0-15    | a=10 b=5    | none
            """)
    void slicesChangeAsLittleAsPossible(String name, String present, String wanted, String kept, String added) {
        var slices = words(present).stream().map(word -> slice(word.substring(0, 1), HTTP, range(word.substring(2)))).toList();
        var plan = SlicePlan.of(slices, Map.of(HTTP, range(wanted)));
        var sizes = plan.kept().entrySet().stream().collect(Collectors.toMap(entry -> entry.getKey().getMetadata().getName(), entry -> Integer.toString(entry.getValue().size())));
        assertEquals(words(kept).stream().collect(Collectors.toMap(word -> word.substring(0, 1), word -> word.substring(2))), sizes);
        assertEquals(words(added), plan.added().stream().map(one -> Integer.toString(one.endpoints().size())).toList());
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : List.of(text.split(" +"));
    }

    private static List<Endpoint> range(String text) {
        var ends = text.split("-");
        return endpoints(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }
}
