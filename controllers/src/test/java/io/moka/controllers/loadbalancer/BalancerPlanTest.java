package io.moka.controllers.loadbalancer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.controllers.testing.PlanTable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BalancerPlanTest {

    static Stream<PlanTable.Case> plans() {
        return PlanTable.read(BalancerPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource
    void plans(PlanTable.Case row) {
        var pools = Pools.of(row.objects(ConfigMap.class).stream().findFirst().orElse(null));
        row.verify(BalancerPlan.of(new BalancerPlan.World(row.objects(Service.class), row.objects(Node.class),
                service -> row.objects(EndpointSlice.class).stream().filter(slice -> service.endsWith("/" + slice.getMetadata().getLabels().get("kubernetes.io/service-name"))).toList(),
                pools), row.now()));
    }
}
