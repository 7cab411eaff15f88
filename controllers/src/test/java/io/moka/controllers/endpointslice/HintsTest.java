package io.moka.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.controllers.testing.PlanTable;
import io.moka.machinery.client.Json;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HintsTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(HintsTest.class, "hints.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hinted(PlanTable.Case row) {
        var endpoints = Slices.endpoints(row.object(Service.class), row.objects(Pod.class), Map.of("a", "east", "b", "west"));
        var hints = endpoints.values().iterator().next().getFirst().getHints();
        assertEquals(row.options().path("hints").toString(), hints == null ? "" : Json.tree(hints).toString());
    }
}
