package io.moka.schemagenerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole output of the build step: names of types, descriptions, and files that do not change from run to run.
class SchemaGeneratorTest {

    private static SortedMap<String, TypeModel> types = new TreeMap<>();

    @BeforeAll
    static void generate() throws IOException {
        types = SchemaGenerator.generate();
    }

    @Test
    void typesHaveTheNamesThatOpenApiGivesThem() {
        for (String name : List.of("io.k8s.api.core.v1.Pod", "io.k8s.api.core.v1.PodTemplateSpec", "io.k8s.api.apps.v1.DeploymentSpec",
                "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector", "io.k8s.api.discovery.v1.EndpointPort", "io.k8s.api.core.v1.EndpointPort",
                "io.k8s.api.autoscaling.v2.MetricSpec", "io.k8s.api.rbac.v1.Subject", "io.k8s.api.core.v1.TopologySelectorTerm",
                "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps")) {
            assertTrue(types.containsKey(name), name);
        }
        assertEquals("apps/v1/DeploymentList", field(types, "io.k8s.api.apps.v1.DeploymentList").kind());
    }

    @Test
    void fieldsHaveTypesAttributesAndDescriptions() {
        FieldModel containers = field(types, "io.k8s.api.core.v1.PodSpec").fields().get("containers");
        assertEquals("[]@io.k8s.api.core.v1.Container", containers.type());
        assertEquals("required need list=map keys=name patch=merge mergeKey=name", containers.attributes());
        assertTrue(containers.description().startsWith("List of containers belonging to the pod."));
        assertEquals("{}quantity", field(types, "io.k8s.api.core.v1.ResourceRequirements").fields().get("limits").type());
        assertEquals("microtime", field(types, "io.k8s.api.coordination.v1.LeaseSpec").fields().get("renewTime").type());
    }

    @Test
    void fieldThatRefersToATypeHasWordsOfItsOwn() {
        assertEquals("SecurityContext holds pod-level security attributes and common container settings. Optional: Defaults to empty.  See type description for default values of each field.",
                description(types, "io.k8s.api.core.v1.PodSpec", "securityContext"));
        assertTrue(description(types, "io.k8s.api.core.v1.Volume", "hostPath").startsWith("hostPath represents a pre-existing file or directory on the host machine"));
        assertTrue(description(types, "io.k8s.api.core.v1.Probe", "httpGet").startsWith("HTTPGet specifies"), description(types, "io.k8s.api.core.v1.Probe", "httpGet"));
    }

    @Test
    void commentsAreReadAsOpenApiReadsThem() {
        assertEquals(List.of("One sentence", "Another: \"a < b\"."), Comments.words(List.of("One sentence", "TODO: more", "Another: &quot;a &lt; b&quot;.", "+optional", "---", "not this")));
        assertEquals("One sentence in two lines.\n\nAnother paragraph.", Comments.description(List.of("One sentence", "in two lines.", "", "Another paragraph.")));
        assertEquals("Such as:\n  - one\n  - two\nand no more.", Comments.description(List.of("Such as:", "  - one", "  - two", "and no more.")));
        assertEquals(List.of("One", "two.", "", "Three."), Comments.paragraphs(List.of("One", "two.", "Three."), "One two.  Three."));
        assertEquals(List.of("One", "two."), Comments.paragraphs(List.of("One", "two."), "Something else"));
        assertEquals(List.of("One:", "  - two"), Comments.paragraphs(List.of("One:", "  - two"), "One:   - two"));
    }

    @Test
    void paragraphsAreKept() {
        String policy = description(types, "io.k8s.api.batch.v1.CronJobSpec", "concurrencyPolicy");
        assertTrue(policy.contains("Valid values are:\n\n- \"Allow\" (default): allows CronJobs to run concurrently;"), policy);
        assertTrue(field(types, "io.k8s.api.core.v1.Probe").description().startsWith("Probe describes a health check"));
    }

    @Test
    void documentedValuesAreSortedAndMayDifferFromTheAccepted() {
        assertEquals(List.of("A", "B"), new FieldModel("f", "string", "enum=B,A", "").values());
        assertEquals(List.of("", "A"), new FieldModel("f", "string", "enum=A,", "").values());
        FieldModel both = new FieldModel("f", "string", "enum=A values=A,C need", "");
        assertEquals(List.of("A", "C"), both.values());
        assertEquals("enum=A need", both.rules());
        assertEquals(List.of(), new FieldModel("f", "string", "enum=A values=", "").values());
    }

    private static String description(SortedMap<String, TypeModel> types, String type, String field) {
        return Objects.requireNonNull(field(types, type).fields().get(field)).description();
    }

    @Test
    void theSameInputGivesTheSameBytes(@TempDir Path first, @TempDir Path second) throws IOException {
        SchemaGenerator.main(new String[] {first.toString()});
        SchemaGenerator.main(new String[] {second.toString()});
        for (String file : List.of("schemas.txt", "descriptions.txt")) {
            assertEquals(-1, Files.mismatch(first.resolve(file), second.resolve(file)));
        }
    }

    @Test
    void yamlDocumentsBecomeAJsonList(@TempDir Path folder) throws IOException {
        Path yaml = Files.writeString(folder.resolve("x.yaml"), "a: 1\n---\nb: [2]\n");
        SchemaGenerator.main(new String[] {folder.resolve("out").toString(), yaml.toString(), folder.resolve("json").toString()});
        assertEquals("[{\"a\":1},{\"b\":[2]}]", Files.readString(folder.resolve("json/x.json")));
    }

    @Test
    void anOverlayThatFitsNothingFails() {
        TreeMap<String, TypeModel> types = new TreeMap<>();
        types.put("a.v1.T", new TypeModel("a.v1.T", "", "", new TreeMap<>()));
        assertThrows(IllegalArgumentException.class, () -> Overlay.apply(List.of("U"), types));
        assertThrows(IllegalArgumentException.class, () -> Overlay.apply(List.of("T", "  f need"), types));
    }

    @Test
    void theOverlayAddsAttributesAndReplacesTypes() {
        assertEquals(new FieldModel("f", "[]microtime", "required need min=1", "d"),
                new FieldModel("f", "[]time", "required", "d").with("need type=microtime min=1"));
    }

    private static TypeModel field(SortedMap<String, TypeModel> types, String name) {
        return Objects.requireNonNull(types.get(name));
    }
}
