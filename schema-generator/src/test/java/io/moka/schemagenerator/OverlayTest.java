package io.moka.schemagenerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a line of the overlay changes and which lines fail the build; and the names of kinds, classes and types.
class OverlayTest {

    private final TreeMap<String, TypeModel> types = new TreeMap<>();

    @BeforeEach
    void makeTypes() {
        for (var name : List.of("io.a.v1.Spec", "io.b.v1.Spec", "io.b.v1.Port")) {
            var fields = new TreeMap<String, FieldModel>();
            fields.put("times", new FieldModel("times", "[]time", "", ""));
            fields.put("name", new FieldModel("name", "string", "", ""));
            fields.put("port", new FieldModel("port", "int32", "required", ""));
            types.put(name, ZeroValues.omitted(new TypeModel(name, "", "", fields)));
        }
    }

    private String apply(String lines, String type) {
        Overlay.apply(lines.lines().toList(), types);
        var text = new StringBuilder(types.get(type).attributes());
        types.get(type).fields().values().forEach(field -> text.append('|').append(field.type()).append(' ').append(field.attributes()));
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "'Port\n  port min=1'; |string omit|int32 required min=1|[]time ",
            "'Port\n  port  min=1   max=2'; |string omit|int32 required min=1 max=2|[]time ",
            "'Port\n  name default=\"x\"'; |string omit default=\"x\"|int32 required|[]time ",
            "'Port\n  name pointer'; |string |int32 required|[]time ",
            "'Port\n  name enum=A,B pointer'; |string enum=A,B|int32 required|[]time ",
            "'Port\n  times type=microtime list=atomic'; |string omit|int32 required|[]microtime list=atomic",
            "'Port\n  * atomic\n  port need'; atomic|string omit|int32 required need|[]time ",
            "'# Port\n\nPort\n  # port min=1\n\n  port min=2'; |string omit|int32 required min=2|[]time "})
    void aLineChangesItsFieldAndNoOther(String lines, String expected) {
        assertEquals(expected.strip(), apply(lines, "io.b.v1.Port").strip());
        assertEquals("|string omit|int32 required|[]time ", apply("", "io.b.v1.Spec"), "another type");
    }

    @Test
    void aLineMayNameSeveralTypesAndSeveralFields() {
        assertEquals("|string omit need|int32 required need|[]time ", apply("a.v1.Spec, Port\n  name,port need", "io.a.v1.Spec"));
        assertEquals("|string omit need|int32 required need|[]time ", apply("", "io.b.v1.Port"));
        assertEquals("|string omit|int32 required|[]time ", apply("", "io.b.v1.Spec"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "'Spec\n  port min=1'; overlay: 2 types are called Spec",
            "'Pod\n  port min=1'; overlay: 0 types are called Pod",
            "'ort\n  port min=1'; overlay: 0 types are called ort",
            "'Port, Pod\n  port min=1'; overlay: 0 types are called Pod",
            "'Port\n  size min=1'; overlay: io.b.v1.Port has no field size",
            "'Port\n  port,size min=1'; overlay: io.b.v1.Port has no field size"})
    void aLineThatFitsNothingIsNamed(String lines, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> Overlay.apply(lines.lines().toList(), types)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"V1Pod, io.k8s.api.core.v1, io.k8s.api.core.v1.Pod", "V1ObjectMeta, io.k8s.api.core.v1, io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
            "V1LabelSelector, io.k8s.api.apps.v1, io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector", "V2MetricSpec, io.k8s.api.autoscaling.v2, io.k8s.api.autoscaling.v2.MetricSpec",
            "CoreV1Event, io.k8s.api.events.v1, io.k8s.api.core.v1.Event", "EventsV1Event, io.k8s.api.core.v1, io.k8s.api.events.v1.Event",
            "RbacV1Subject, io.k8s.api.flowcontrol.v1, io.k8s.api.rbac.v1.Subject", "V1TopologySelectorTerm, io.k8s.api.storage.v1, io.k8s.api.core.v1.TopologySelectorTerm",
            "ApiextensionsV1ServiceReference, x, io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference"})
    void aClassHasTheNameThatOpenApiGivesIt(String className, String referringPackage, String expected) {
        assertEquals(expected, TypeNames.of(className, referringPackage).full());
    }

    @Test
    void aLineOfKindsNamesClassesAndTheirExceptions() {
        var kinds = KindList.parse(List.of("# words", "", "apps/v1 go.apps Deployment Event=CoreV1Event", "autoscaling/v2  go.auto   HorizontalPodAutoscaler")).kinds();
        assertEquals(List.of(new KindList.Kind("apps/v1", "go.apps", "Deployment", "V1Deployment"), new KindList.Kind("apps/v1", "go.apps", "Event", "CoreV1Event"),
                new KindList.Kind("autoscaling/v2", "go.auto", "HorizontalPodAutoscaler", "V2HorizontalPodAutoscaler")), kinds);
        assertEquals("V1Event", kinds.get(1).plainClassName());
    }

    @Test
    void aKindWithoutAClassFailsTheBuild() {
        var kind = new KindList.Kind("v1", "go.core", "Nothing", "V1Nothing");
        assertEquals("no class V1Nothing in the client library", assertThrows(IllegalArgumentException.class, () -> new ModelReader().readKind(kind)).getMessage());
    }

    /// A type that two kinds refer to belongs to the group of the first.
    @Test
    void theFirstKindThatRefersToATypeGivesItItsGroup() {
        var reader = new ModelReader();
        KindList.parse(List.of("v1 go.core Pod", "apps/v1 go.apps Deployment")).kinds().forEach(reader::readKind);
        assertTrue(reader.types().containsKey("go.core.PodSpec") && !reader.types().containsKey("go.apps.PodSpec"));
        assertEquals("@go.apps.PodTemplateSpec", reader.types().get("go.apps.DeploymentSpec").fields().get("template").type());
        assertEquals("@go.core.PodSpec", reader.types().get("go.apps.PodTemplateSpec").fields().get("spec").type());
    }

    @Test
    void onlyOptionalPlainValuesOmitTheirZero() {
        var fields = types.get("io.b.v1.Port").fields();
        assertTrue(fields.get("name").omitsZero());
        assertTrue(!fields.get("port").omitsZero() && !fields.get("times").omitsZero());
    }

    @Test
    void aFileThatSaysTheSameIsNotWrittenAgain(@TempDir Path folder) throws IOException {
        var file = folder.resolve("new/schemas.txt");
        Generated.write(file, new byte[] {1, 2});
        var old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, old);
        Generated.write(file, new byte[] {1, 2});
        assertEquals(old, Files.getLastModifiedTime(file));
        Generated.write(file, new byte[] {1, 3});
        assertTrue(Files.getLastModifiedTime(file).compareTo(old) > 0);
        assertEquals(3, Files.readAllBytes(file)[1]);
    }
}
