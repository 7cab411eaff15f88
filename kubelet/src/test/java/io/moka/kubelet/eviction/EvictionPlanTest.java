package io.moka.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.moka.kubelet.eviction.YamlCases.Row;
import io.moka.machinery.meta.Quantities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvictionPlanTest {

    static Stream<Row> cases() {
        return YamlCases.read("plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planned(Row row) {
        var fields = row.fields();
        var signal = row.signal();
        var pods = StreamSupport.stream(fields.path("pods").spliterator(), false).map(pod -> pod(signal, pod)).toList();
        var limit = fields.has("limit") ? Row.amount(fields.path("limit")) : new Threshold.Amount.Absolute(1);
        long available = Quantities.value(fields.path("available").asText("0"));
        long capacity = Quantities.value(fields.path("capacity").asText("4Gi"));

        var victim = EvictionPlan.victim(new Threshold(signal, limit, Duration.ZERO, new Threshold.Amount.Absolute(0)), new Observation(available, capacity), pods);

        if (fields.has("order")) {
            assertEquals(StreamSupport.stream(fields.path("order").spliterator(), false).map(JsonNode::asText).toList(),
                    EvictionPlan.ranked(signal, pods).stream().map(usage -> usage.pod().getMetadata().getName()).toList());
        }
        if (fields.has("victim")) {
            assertEquals(fields.path("victim").isNull() ? null : fields.path("victim").asText(), victim == null ? null : victim.usage().pod().getMetadata().getName());
        }
        if (fields.has("message")) {
            assertEquals(fields.path("message").asText(), victim == null ? null : victim.message());
        }
    }

    private static PodUsage pod(Signal signal, JsonNode fields) {
        var resources = new ResourceRequirementsBuilder();
        var resource = signal == Signal.PROCESS_IDS ? "memory" : signal.resource();
        if (fields.has("request")) {
            resources.addToRequests(resource, new Quantity(fields.path("request").asText()));
        }
        if (fields.has("limit")) {
            resources.addToLimits(resource, new Quantity(fields.path("limit").asText()));
        }
        var containers = new ArrayList<Container>(List.of(new ContainerBuilder().withName("main").withResources(resources.build()).build(),
                new ContainerBuilder().withName("side").build()));
        var uses = new LinkedHashMap<String, Long>();
        fields.path("containers").fields().forEachRemaining(container -> uses.put(container.getKey(), Quantities.value(container.getValue().asText())));
        return new PodUsage(new PodBuilder().withNewMetadata().withName(fields.path("name").asText()).endMetadata().withNewSpec()
                .withPriority(fields.has("priority") ? fields.path("priority").asInt() : null).withContainers(containers).endSpec().build(),
                Quantities.value(fields.path("use").asText()), uses);
    }
}
