package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The subresources that write a part of a pod.
final class PodPartTest extends ServerTest {
    private static String pods;
    private static final String STRATEGIC = "strategic-merge-patch";

    @BeforeAll
    static void makeNamespace() {
        pods = server.namespace("parts") + "/pods";
    }

    private static String pod(String name) {
        var created = admin().post(pods, """
                {"metadata":{"name":"%s"},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"100m"},"limits":{"cpu":"200m"}}}]}}""".formatted(name));
        assertEquals(201, created.code(), created.body());
        return pods + "/" + name;
    }

    private static String debugger(String more) {
        return "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"debug\",\"image\":\"busybox\"" + more + "}]}}";
    }

    @Test
    void ephemeralContainerIsAddedWithTheDefaultsOfAContainerAndNothingElseChanges() {
        String pod = pod("debugged");
        var added = admin().patch(pod + "/ephemeralcontainers", STRATEGIC,
                "{\"metadata\":{\"labels\":{\"seen\":\"yes\"}},\"spec\":{\"hostname\":\"other\",\"ephemeralContainers\":[{\"name\":\"debug\",\"image\":\"busybox\",\"targetContainerName\":\"c\",\"stdin\":true}]}}");
        assertEquals(200, added.code(), added.body());
        assertEquals("Always", added.json().at("/spec/ephemeralContainers/0/imagePullPolicy").asText());
        assertEquals("", added.text("spec", "hostname"));
        assertEquals("debug", admin().get(pod + "/ephemeralcontainers").json().at("/spec/ephemeralContainers/0/name").asText());
        var removed = admin().patch(pod + "/ephemeralcontainers", "merge-patch", "{\"spec\":{\"ephemeralContainers\":[]}}");
        assertEquals(422, removed.code());
        assertTrue(removed.text("message").contains("existing ephemeral containers \"debug\" may not be removed"), removed.body());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "`,\"ports\":[{\"containerPort\":80}]` | spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
        "`,\"livenessProbe\":{\"exec\":{\"command\":[\"x\"]}}` | spec.ephemeralContainers[0].livenessProbe: Forbidden",
        "`,\"resources\":{\"limits\":{\"cpu\":\"1\"}}` | spec.ephemeralContainers[0].resources: Forbidden",
        "`,\"targetContainerName\":\"none\"` | spec.ephemeralContainers[0].targetContainerName: Not found: \"none\"",
        "`,\"name\":\"c\"` | spec.ephemeralContainers[0].name: Duplicate value: \"c\"",
        "`,\"image\":\"\"` | spec.ephemeralContainers[0].image: Required value"}, delimiter = '|')
    void badEphemeralContainerIsInvalid(String more, String message) {
        String pod = pod("bad-" + Math.abs(more.hashCode()));
        var refused = admin().patch(pod + "/ephemeralcontainers", STRATEGIC, debugger(more));
        assertEquals(422, refused.code(), refused.body());
        assertTrue(refused.text("message").contains(message), refused.body());
    }

    @Test
    void podCannotBeMadeWithEphemeralContainersNorGetThemThroughItself() {
        var refused = admin().post(pods, "{\"metadata\":{\"name\":\"early\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}],\"ephemeralContainers\":[{\"name\":\"d\",\"image\":\"i\"}]}}");
        assertEquals(422, refused.code());
        assertTrue(refused.text("message").contains("spec.ephemeralContainers: Forbidden: cannot be set on create"), refused.body());
        assertEquals(422, admin().patch(pod("direct"), STRATEGIC, debugger("")).code());
    }

    @Test
    void resizeChangesAmountsOnly() {
        String pod = pod("resized");
        var resized = admin().patch(pod + "/resize", STRATEGIC, "{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"other\",\"resources\":{\"requests\":{\"cpu\":\"150m\"},\"limits\":{\"cpu\":\"300m\"}}}]}}");
        assertEquals(200, resized.code(), resized.body());
        assertEquals("i", resized.json().at("/spec/containers/0/image").asText());
        assertEquals("150m", resized.json().at("/spec/containers/0/resources/requests/cpu").asText());
        assertEquals("2", resized.text("metadata", "generation"));
        assertEquals(422, admin().patch(pod, STRATEGIC, "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"limits\":{\"cpu\":\"400m\"}}}]}}").code());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "`{\"limits\":{\"cpu\":null}}` | resource limits cannot be removed",
        "`{\"limits\":{\"ephemeral-storage\":\"1Gi\"}}` | only cpu and memory resources are mutable",
        "`{\"requests\":{\"cpu\":\"200m\",\"memory\":\"1Gi\"},\"limits\":{\"memory\":\"1Gi\"}}` | Pod QOS Class may not change as a result of resizing",
        "`{\"requests\":{\"cpu\":\"300m\"}}` | must be less than or equal to cpu limit"}, delimiter = '|')
    void badResizeIsInvalid(String resources, String message) {
        String pod = pod("sized-" + Math.abs(resources.hashCode()));
        var refused = admin().patch(pod + "/resize", STRATEGIC, "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":" + resources + "}]}}");
        assertEquals(422, refused.code(), refused.body());
        assertTrue(refused.text("message").contains(message), refused.body());
    }

    @Test
    void partsAreNeitherMadeNorDeleted() {
        String pod = pod("whole");
        assertEquals(405, admin().post(pod + "/resize", "{}").code());
        assertEquals(405, admin().delete(pod + "/ephemeralcontainers").code());
    }
}
