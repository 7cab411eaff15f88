package io.moka.schemagenerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of the binary form: numbers and types of chosen fields, messages that others refer to, and what fails the build.
class ProtobufTableTest {

    private static final String JSON_MESSAGES = "k8s\\.io\\.apiextensions_apiserver\\.pkg\\.apis\\.apiextensions\\.v1\\.JSON(SchemaPropsOr[A-Za-z]+)?";

    private static SortedMap<String, TypeModel> types = new TreeMap<>();
    private static Map<String, String> lines = Map.of();

    @BeforeAll
    static void generate() throws Exception {
        types = SchemaGenerator.types();
        lines = ProtobufGenerator.lines(types).stream().collect(Collectors.toMap(line -> line.split(" ")[0], Function.identity()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            k8s.io.api.core.v1.ContainerPort        | 1:name:?string
            k8s.io.api.core.v1.ContainerPort        | 3:containerPort:int
            k8s.io.api.core.v1.PodList              | 2:items:*k8s.io.api.core.v1.Pod
            k8s.io.api.core.v1.PodSpec              | 2:containers:*k8s.io.api.core.v1.Container
            k8s.io.api.core.v1.ConfigMap            | 2:data:%string
            k8s.io.api.core.v1.ConfigMap            | 3:binaryData:%bytes
            k8s.io.api.core.v1.ResourceRequirements | 1:limits:%k8s.io.apimachinery.pkg.api.resource.Quantity
            k8s.io.api.core.v1.ServicePort          | 4:targetPort:k8s.io.apimachinery.pkg.util.intstr.IntOrString
            k8s.io.api.core.v1.Volume               | 2:volumeSource:^k8s.io.api.core.v1.VolumeSource@io.k8s.api.core.v1.Volume
            k8s.io.api.apps.v1.DeploymentSpec       | 1:replicas:int
            k8s.io.api.core.v1.Secret               | 4:stringData:%string
            k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta | 5:uid:?string
            =apps/v1/Deployment                     | k8s.io.api.apps.v1.Deployment
            =v1/PodList                             | k8s.io.api.core.v1.PodList
            =events.k8s.io/v1/Event                 | k8s.io.api.events.v1.Event
            """)
    void fieldsHaveTheirNumbersAndTypes(String message, String field) {
        assertTrue(List.of(String.valueOf(lines.get(message)).split(" ")).contains(field), lines.get(message));
    }

    /// The apiserver itself has the form of the messages that carry JSON.
    @Test
    void numbersOfAMessageDifferAndItsTypesAreInTheTable() {
        var problems = new ArrayList<String>();
        lines.values().stream().filter(line -> !line.startsWith("=")).forEach(line -> {
            var numbers = new HashSet<String>();
            Arrays.stream(line.split(" ")).skip(1).forEach(field -> {
                var parts = field.split(":", 3);
                var type = parts[2].replaceFirst("^[?*%^]+", "");
                if (!numbers.add(parts[0]) || type.contains(".") && !type.matches(JSON_MESSAGES) && !lines.containsKey(type)) {
                    problems.add(line.split(" ")[0] + " " + field);
                }
            });
        });
        assertEquals(List.of(), problems);
    }

    @Test
    void eachKindLeadsToAMessage() {
        types.values().stream().filter(type -> !type.kind().isEmpty()).forEach(type -> {
            var line = lines.get("=" + type.kind());
            assertTrue(line != null && lines.containsKey(line.split(" ")[1]), type.kind());
        });
    }

    private static String failure(TypeModel changed) {
        var all = new TreeMap<>(types);
        all.put(changed.name(), changed);
        return assertThrows(IllegalStateException.class, () -> ProtobufGenerator.lines(all)).getMessage();
    }

    @Test
    void aFieldWithoutANumberFailsTheBuild() {
        var port = types.get("io.k8s.api.core.v1.ContainerPort");
        var fields = new TreeMap<>(port.fields());
        fields.put("colour", new FieldModel("colour", "string", "", ""));
        assertEquals("protobuf: io.k8s.api.core.v1.ContainerPort has no number for the field colour", failure(new TypeModel(port.name(), port.kind(), "", fields)));
    }

    @Test
    void aKindWithoutAMessageFailsTheBuild() {
        assertEquals("protobuf: no message for the kind v1/Nothing; describe it in messages.txt", failure(new TypeModel("io.k8s.api.core.v1.Nothing", "v1/Nothing", "", new TreeMap<>())));
    }
}
