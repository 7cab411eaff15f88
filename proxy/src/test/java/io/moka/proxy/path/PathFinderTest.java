package io.moka.proxy.path;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.moka.machinery.client.Json;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.NodeView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

class PathFinderTest {

    private static final NodeView NODE = new NodeView("a", "", List.of("192.168.1.10"), false);

    /// A question and what its answer must have.
    record Case(JsonNode row, List<HasMetadata> objects) {

        <T> List<T> all(Class<T> type) {
            return objects.stream().filter(type::isInstance).map(type::cast).toList();
        }

        PathCluster cluster() {
            return new PathCluster(all(Service.class), all(EndpointSlice.class), all(Pod.class), all(Node.class), all(NetworkPolicy.class), all(Namespace.class));
        }

        @Override
        public String toString() {
            return row.path("name").asText();
        }
    }

    /// Names what it is asked for.
    private static final class EchoKernel implements PathKernel {

        @Override
        public String describe(Front front) {
            return front + "\n  map services { " + front + " }\n";
        }

        @Override
        public List<String> held(Front front) {
            return List.of("held " + front);
        }

        @Override
        public String interfaceTo(String address) {
            return "dev-" + address;
        }

        @Override
        public List<String> trace(String from, String to, String protocol, int port, boolean send) {
            return List.of();
        }
    }

    static Stream<Case> cases() throws IOException {
        try (var stream = Objects.requireNonNull(PathFinderTest.class.getResourceAsStream("paths.yaml"))) {
            JsonNode table = new ObjectMapper().valueToTree(new Yaml().load(stream));
            return StreamSupport.stream(table.path("cases").spliterator(), false).map(row -> {
                var objects = new ArrayList<HasMetadata>();
                table.path("objects").forEach(object -> objects.add(read(object)));
                row.path("policies").forEach(name -> objects.add(read(table.path("policies").path(name.asText()))));
                return new Case(row, objects);
            });
        }
    }

    private static HasMetadata read(JsonNode object) {
        try {
            return (HasMetadata) Json.mapper().readValue(object.toString(), KubernetesResource.class);
        } catch (IOException e) {
            throw new AssertionError(object.toString(), e);
        }
    }

    private static List<String> answer(Case question) throws IOException {
        var ask = question.row.path("ask");
        return PathFinder.find(question.cluster(), new EchoKernel(), NODE, Origin.parse(ask.path(0).asText(), "shop"), Target.parse(ask.path(1).asText(), "shop"), "shop", false)
                .stream().map(step -> step.stage() + ": " + step.text()).toList();
    }

    @ParameterizedTest
    @MethodSource
    void cases(Case question) throws IOException {
        var refused = question.row.path("refused");
        if (!refused.isMissingNode()) {
            var failure = assertThrows(IllegalArgumentException.class, () -> answer(question));
            assertTrue(Objects.requireNonNull(failure.getMessage()).startsWith(refused.asText()), failure.getMessage());
            return;
        }
        var lines = answer(question);
        int next = 0;
        for (var expected : question.row.path("expect")) {
            int found = next;
            while (found < lines.size() && !lines.get(found).startsWith(expected.asText())) {
                found++;
            }
            assertTrue(found < lines.size(), () -> "no line \"" + expected.asText() + "\" in its place:\n" + String.join("\n", lines));
            next = found + 1;
        }
    }
}
