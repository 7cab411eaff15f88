package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same objects under several versions.
final class OlderVersionsTest extends ServerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "policy/v1beta1 | policy/v1 | namespaces/default/poddisruptionbudgets | `\"spec\":{\"minAvailable\":1,\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}`",
        "batch/v1beta1 | batch/v1 | namespaces/default/cronjobs | `\"spec\":{\"schedule\":\"* * * * *\",\"jobTemplate\":{\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}}`",
        "discovery.k8s.io/v1beta1 | discovery.k8s.io/v1 | namespaces/default/endpointslices | `\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"10.1.2.3\"]}]`",
        "events.k8s.io/v1beta1 | events.k8s.io/v1 | namespaces/default/events | `\"eventTime\":\"2026-01-01T00:00:00.000000Z\",\"reportingController\":\"x.y/z\",\"reportingInstance\":\"i\",\"action\":\"a\",\"reason\":\"r\",\"type\":\"Normal\",\"regarding\":{\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"p\"},\"note\":\"n\"`",
        "coordination.k8s.io/v1beta1 | coordination.k8s.io/v1 | namespaces/default/leases | `\"spec\":{\"holderIdentity\":\"me\"}`",
        "rbac.authorization.k8s.io/v1beta1 | rbac.authorization.k8s.io/v1 | clusterroles | `\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"get\"]}]`",
        "scheduling.k8s.io/v1beta1 | scheduling.k8s.io/v1 | priorityclasses | `\"value\":5`",
        "storage.k8s.io/v1beta1 | storage.k8s.io/v1 | storageclasses | `\"provisioner\":\"x.y/z\"`",
        "node.k8s.io/v1beta1 | node.k8s.io/v1 | runtimeclasses | `\"handler\":\"runc\"`",
        "autoscaling/v2beta2 | autoscaling/v2 | namespaces/default/horizontalpodautoscalers | `\"spec\":{\"maxReplicas\":3,\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"d\",\"apiVersion\":\"apps/v1\"}}`"})
    void objectOfAnOlderVersionIsOneOfTheNewer(String older, String newer, String collection, String more) {
        String oldPath = "/apis/" + older + "/" + collection;
        String newPath = "/apis/" + newer + "/" + collection;
        var created = admin().post(oldPath, "{\"metadata\":{\"name\":\"aliased\"}," + more + "}");
        assertEquals(201, created.code(), created.body());
        assertEquals(older, created.text("apiVersion"));
        assertTrue(created.response().headers().firstValue("Warning").orElse("").contains(older + " " + created.text("kind") + " is deprecated in v1."), "no warning");
        JsonNode asNewer = admin().get(newPath + "/aliased").json();
        assertEquals(newer, Json.text(asNewer, "apiVersion"));
        assertEquals(Json.uid(created.json()), Json.uid(asNewer));
        assertEquals(older, Json.text(admin().get(oldPath).json().path("items").path(0), "apiVersion"));
        var patched = admin().patch(oldPath + "/aliased", "merge-patch", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
        assertEquals(200, patched.code(), patched.body());
        assertEquals("y", admin().get(newPath + "/aliased").text("metadata", "labels", "x"));
        try (var watch = admin().watch(oldPath + "?watch=true&fieldSelector=metadata.name%3Daliased")) {
            assertEquals(older, Json.text(watch.next(), "object", "apiVersion"));
        }
        assertEquals(400, admin().post(oldPath, "{\"apiVersion\":\"" + newer + "\",\"kind\":\"" + created.text("kind") + "\",\"metadata\":{\"name\":\"other\"}," + more + "}").code());
        assertEquals(200, admin().delete(oldPath + "/aliased").code());
        assertEquals(404, admin().get(newPath + "/aliased").code());
    }

    @Test
    void newestVersionIsPreferred() {
        for (JsonNode group : admin().get("/apis").json().path("groups")) {
            String preferred = Json.text(group, "preferredVersion", "version");
            assertTrue(preferred.matches("v\\d"), group.toString());
        }
        assertEquals("v2", Json.text(admin().get("/apis/autoscaling").json(), "preferredVersion", "version"));
    }

    @Test
    void autoscalerOfTheFirstVersionKeepsWhatItDoesNotKnow() {
        String v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
        String v2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
        var created = admin().post(v1, """
                {"metadata":{"name":"scaler"},"spec":{"maxReplicas":3,"targetCPUUtilizationPercentage":60,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}}""");
        assertEquals(201, created.code(), created.body());
        JsonNode metric = admin().get(v2 + "/scaler").json().at("/spec/metrics/0");
        assertEquals("60", metric.at("/resource/target/averageUtilization").asText());
        admin().patch(v2 + "/scaler", "json-patch", """
                [{"op":"add","path":"/spec/metrics/-","value":{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}}},
                {"op":"add","path":"/spec/behavior","value":{"scaleDown":{"stabilizationWindowSeconds":5}}}]""");
        var changed = admin().patch(v1 + "/scaler", "merge-patch", "{\"spec\":{\"targetCPUUtilizationPercentage\":70}}");
        assertEquals(200, changed.code(), changed.body());
        assertEquals("70", changed.text("spec", "targetCPUUtilizationPercentage"));
        JsonNode now = admin().get(v2 + "/scaler").json();
        assertEquals("70", now.at("/spec/metrics/0/resource/target/averageUtilization").asText());
        assertEquals("1Gi", now.at("/spec/metrics/1/resource/target/averageValue").asText());
        assertEquals("5", now.at("/spec/behavior/scaleDown/stabilizationWindowSeconds").asText());
        assertTrue(now.path("metadata").path("annotations").isMissingNode(), now.toString());
    }

    @Test
    void autoscalerOfTheFirstVersionIsHeldToTheRulesOfTheSecond() {
        String v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
        String scaler = "{\"metadata\":{\"name\":\"held\"%s},\"spec\":{\"maxReplicas\":%d,\"targetCPUUtilizationPercentage\":%d,\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"d\"}}}";
        assertEquals("HorizontalPodAutoscaler.autoscaling \"held\" is invalid: [spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0, "
                + "spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]",
                admin().post(v1, scaler.formatted("", 0, 0)).text("message"));
        String carried = ",\"annotations\":{\"autoscaling.alpha.kubernetes.io/metrics\":\"%s\"}";
        assertEquals(400, admin().post(v1, scaler.formatted(carried.formatted("[{\\\"type\\\":[]}]"), 3, 50)).code());
        assertEquals(422, admin().post(v1, scaler.formatted(carried.formatted("[{\\\"type\\\":\\\"Luck\\\"}]"), 3, 50)).code());
        assertEquals(201, admin().post(v1, scaler.formatted("", 3, 50)).code());
        assertEquals(422, admin().patch(v1 + "/held", "merge-patch", "{\"spec\":{\"targetCPUUtilizationPercentage\":0}}").code());
    }
}
