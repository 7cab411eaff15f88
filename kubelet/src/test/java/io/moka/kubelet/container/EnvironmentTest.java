package io.moka.kubelet.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.EnvVarSourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MapClusterObjects;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

    private final MapClusterObjects objects = new MapClusterObjects(InstantSource.system());
    private final Environment environment = new Environment(objects, namespace -> List.of(), () -> Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi")));
    private final Pod pod = new PodBuilder().withNewMetadata().withName("web").withNamespace("shop").withUid("u1").addToLabels("app", "web").endMetadata()
            .withNewSpec().withNodeName("n1").withServiceAccountName("robot").endSpec().build();

    private String value(EnvVarSource source) {
        var container = new ContainerBuilder().withName("main").addNewEnv().withName("X").withValueFrom(source).endEnv()
                .withNewResources().addToRequests("cpu", new Quantity("250m")).addToLimits("memory", new Quantity("64Mi")).endResources().build();
        return of(container).get("X");
    }

    private Map<String, String> of(Container container) {
        return environment.of(pod, container, new Addresses(List.of("10.1.0.5"), "192.0.2.1"), Map.of());
    }

    private static EnvVarSource field(String path) {
        return new EnvVarSourceBuilder().withNewFieldRef("v1", path).build();
    }

    private static EnvVarSource resource(String name, String divisor) {
        return new EnvVarSourceBuilder().withNewResourceFieldRef().withResource(name).withDivisor(new Quantity(divisor)).endResourceFieldRef().build();
    }

    private static EnvVarSource configMapKey(String key, Boolean optional) {
        return new EnvVarSourceBuilder().withNewConfigMapKeyRef(key, "settings", optional).build();
    }

    @Test
    void fieldsOfThePod() {
        var expected = Map.of("metadata.name", "web", "metadata.namespace", "shop", "metadata.uid", "u1", "metadata.labels['app']", "web",
                "metadata.annotations['none']", "", "spec.nodeName", "n1", "spec.serviceAccountName", "robot", "status.podIP", "10.1.0.5", "status.hostIP", "192.0.2.1");

        expected.forEach((path, value) -> assertEquals(value, value(field(path)), path));
    }

    @Test
    void resourcesAreCountedInTheDivisorAndRoundedUp() {
        assertEquals("1", value(resource("requests.cpu", "1")));
        assertEquals("250", value(resource("requests.cpu", "1m")));
        assertEquals("64", value(resource("limits.memory", "1Mi")));
        assertEquals("4", value(resource("limits.cpu", "1")), "what is not set is the node's");
        assertEquals("0", value(resource("requests.memory", "1")));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertEquals("configmap \"settings\" not found", assertThrows(ConfigError.class, () -> value(configMapKey("x", null))).getMessage());
        objects.configMap("settings", Map.of("a", "1"));
        assertEquals("couldn't find key x in ConfigMap shop/settings", assertThrows(ConfigError.class, () -> value(configMapKey("x", null))).getMessage());
        assertEquals("1", value(configMapKey("a", null)));
    }

    @Test
    void whatIsOptionalMayBeMissing() {
        var container = new ContainerBuilder().withName("main").addNewEnv().withName("X").withValueFrom(configMapKey("x", true)).endEnv()
                .addNewEnvFrom().withNewConfigMapRef("settings", true).endEnvFrom().build();

        assertFalse(of(container).containsKey("X"));
    }

    @Test
    void namesNeedNotBeIdentifiers() {
        objects.configMap("settings", Map.of("data-1", "one", "1st.key", "two")).secret("password", "pass-word", "s3cret");
        var container = new ContainerBuilder().withName("main").addNewEnvFrom().withPrefix("p-").withNewConfigMapRef("settings", null).endEnvFrom()
                .addNewEnvFrom().withNewSecretRef("password", null).endEnvFrom()
                .addNewEnv().withName("x-1").withValueFrom(configMapKey("data-1", null)).endEnv().build();

        assertEquals(Map.of("p-data-1", "one", "p-1st.key", "two", "pass-word", "s3cret", "x-1", "one"), of(container));
    }

    @Test
    void laterVariablesWinAndMayUseEarlierOnes() {
        objects.configMap("settings", Map.of("a", "1", "b", "2"));
        var container = new ContainerBuilder().withName("main").addNewEnvFrom().withPrefix("P_").withNewConfigMapRef("settings", null).endEnvFrom()
                .addNewEnv().withName("P_a").withValue("own").endEnv().addNewEnv().withName("BOTH").withValue("$(P_a)+$(P_b)").endEnv().build();

        assertEquals(Map.of("P_a", "own", "P_b", "2", "BOTH", "own+2"), of(container));
    }

    /// A variable from the file `f.env` of a volume that is the folder.
    private String fromFile(Path volume, Pod of, Boolean optional) {
        var container = new ContainerBuilder().withName("main").addNewEnv().withName("X").withNewValueFrom()
                .withNewFileKeyRef().withVolumeName("v").withPath("f.env").withKey("COLOUR").withOptional(optional).endFileKeyRef().endValueFrom().endEnv().build();
        return environment.of(of, container, new Addresses(List.of("10.1.0.5"), "192.0.2.1"), Map.of("v", volume)).get("X");
    }

    private String refusal(Path volume, Pod of, Boolean optional) {
        return assertThrows(ConfigError.class, () -> fromFile(volume, of, optional)).getMessage();
    }

    @Test
    void aVariableComesFromAFileOfAVolume(@TempDir Path volume) throws Exception {
        var with = new PodBuilder(pod).editSpec().addNewVolume().withName("v").withNewEmptyDir().endEmptyDir().endVolume().endSpec().build();
        var file = volume.resolve("f.env");
        assertEquals("there is no file f.env of volume v", refusal(volume, with, null));
        assertNull(fromFile(volume, with, true), "an optional file");
        Files.writeString(file, "OTHER='x'\n");
        assertEquals("couldn't find key COLOUR in file f.env of volume v", refusal(volume, with, false));
        assertNull(fromFile(volume, with, true), "an optional key");
        Files.writeString(file, "COLOUR='light green'\n");
        assertEquals("light green", fromFile(volume, with, null));
        Files.writeString(file, "COLOUR=green\n");
        assertEquals("couldn't read file f.env of volume v: invalid environment variable format at line 1: the value is not in single quotes", refusal(volume, with, true));
        var inHost = new PodBuilder(pod).editSpec().addNewVolume().withName("v").withNewHostPath().withPath("/").endHostPath().endVolume().endSpec().build();
        assertEquals("fileKeyRef: \"v\" is not a volume of type emptyDir", refusal(volume, inHost, true));
    }

    /// A container may put anything at the path: a link out of the volume, a pipe, on which a reader would wait for ever, or a huge file.
    @Test
    void aFileOfVariablesIsARegularFileOfItsVolume(@TempDir Path folder) throws Exception {
        var with = new PodBuilder(pod).editSpec().addNewVolume().withName("v").withNewEmptyDir().endEmptyDir().endVolume().endSpec().build();
        var volume = Files.createDirectory(folder.resolve("volume"));
        var file = volume.resolve("f.env");
        var outside = Files.writeString(folder.resolve("outside"), "COLOUR='secret'\n");
        for (var target : List.of(outside, Path.of("../outside"))) {
            Files.createSymbolicLink(file, target);
            assertTrue(refusal(volume, with, true).contains("leads out of its volume"), target::toString);
            Files.delete(file);
        }
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        assertEquals("couldn't read file f.env of volume v: f.env is not a regular file", refusal(volume, with, true));
        Files.delete(file);
        try (var large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(1L << 40);
        }
        assertTrue(refusal(volume, with, true).contains("has more than 1048576 bytes"));
        Files.delete(file);
        Files.writeString(volume.resolve("real"), "COLOUR='blue'");
        Files.createSymbolicLink(file, Path.of("real"));
        assertEquals("blue", fromFile(volume, with, null), "a link within the volume");
    }
}
