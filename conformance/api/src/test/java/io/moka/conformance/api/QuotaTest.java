package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// "ResourceQuota": usage is charged when an object is created, and released when it is deleted.
final class QuotaTest {
    private static final Api API = ControlPlane.shared().admin();

    private final String namespace = API.namespace("quota");
    private final String quotas = namespace + "/resourcequotas";

    private void create(String name, String spec) {
        API.post(quotas, "{metadata: {name: %s}, spec: %s}".formatted(name, spec)).expect(201);
        Eventually.holds(name + " is counted", () -> API.get(quotas + "/" + name).at("status").has("used"));
    }

    private void awaitUsed(String quota, Map<String, String> used) {
        Eventually.holds(quota + " has used " + used + ", not " + API.get(quotas + "/" + quota).at("status"), () -> used.entrySet().stream()
                .allMatch(entry -> API.get(quotas + "/" + quota).at("status", "used", entry.getKey()).asText().equals(entry.getValue())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "configmaps | /api/v1 | configmaps | {metadata: {name: counted}}",
        "secrets | /api/v1 | secrets | {metadata: {name: counted}}",
        "services | /api/v1 | services | {metadata: {name: counted}, spec: {ports: [{port: 80}]}}",
        "services.nodeports | /api/v1 | services | {metadata: {name: counted}, spec: {type: NodePort, ports: [{port: 80}]}}",
        "services.loadbalancers | /api/v1 | services | {metadata: {name: counted}, spec: {type: LoadBalancer, ports: [{port: 80}]}}",
        "replicationcontrollers | /api/v1 | replicationcontrollers | {metadata: {name: counted}, spec: {replicas: 0, selector: {a: b}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: none}]}}}}",
        "count/replicasets.apps | /apis/apps/v1 | replicasets | {metadata: {name: counted}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: none}]}}}}",
        "persistentvolumeclaims | /api/v1 | persistentvolumeclaims | {metadata: {name: counted}, spec: {storageClassName: gold, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "resourcequotas | /api/v1 | resourcequotas | {metadata: {name: counted}, spec: {hard: {pods: '1'}}}"})
    void lifeOfAnObjectIsCounted(String resource, String root, String plural, String manifest) {
        create("test-quota", "{hard: {%s: '50'}}".formatted(resource));
        int before = API.get(quotas + "/test-quota").at("status", "used", resource).asInt();
        String collection = namespace.replace("/api/v1", root) + "/" + plural;
        API.post(collection, manifest).expect(201);
        awaitUsed("test-quota", Map.of(resource, Integer.toString(before + 1)));
        API.delete(collection + "/counted").expect(200);
        awaitUsed("test-quota", Map.of(resource, Integer.toString(before)));
    }

    private static String pod(String name, String requests, String more) {
        return "{metadata: {name: %s}, spec: {%s containers: [{name: c, image: none, resources: {requests: %s, limits: %s}}]}}".formatted(name, more, requests, requests);
    }

    @Test
    void lifeOfAPodIsCounted() {
        create("test-quota", "{hard: {pods: '5', requests.cpu: '1', requests.memory: 500Mi, requests.ephemeral-storage: 50Gi, requests.example.com/dongle: '3'}}");
        API.post(namespace + "/pods", pod("fits", "{cpu: 500m, memory: 252Mi, ephemeral-storage: 30Gi, example.com/dongle: '2'}", "")).expect(201);
        awaitUsed("test-quota", Map.of("pods", "1", "requests.cpu", "500m", "requests.memory", "252Mi", "requests.ephemeral-storage", "30Gi", "requests.example.com/dongle", "2"));
        Answer refused = API.post(namespace + "/pods", pod("not", "{cpu: 600m, memory: 100Mi, ephemeral-storage: 1Gi}", "")).expect(403);
        assertTrue(refused.text("message").contains("exceeded quota: test-quota, requested: requests.cpu=600m, used: requests.cpu=500m, limited: requests.cpu=1"), refused.body());
        API.post(namespace + "/pods", pod("not", "{cpu: 100m, memory: 100Mi, ephemeral-storage: 1Gi, example.com/dongle: '2'}", "")).expect(403);
        API.merge(namespace + "/pods/fits", "spec: {containers: [{name: c, image: none, resources: {requests: {cpu: 100m}}}]}").expect(422);
        API.delete(namespace + "/pods/fits", "{gracePeriodSeconds: 0}").expect(200);
        awaitUsed("test-quota", Map.of("pods", "0", "requests.cpu", "0", "requests.memory", "0"));
    }

    @Test
    void scopesDecideWhichQuotaCounts() {
        create("effort", "{hard: {pods: '5'}, scopes: [BestEffort]}");
        create("no-effort", "{hard: {pods: '5'}, scopes: [NotBestEffort]}");
        API.post(namespace + "/pods", pod("best", "{}", "")).expect(201);
        awaitUsed("effort", Map.of("pods", "1"));
        awaitUsed("no-effort", Map.of("pods", "0"));
        API.delete(namespace + "/pods/best").expect(200);
        API.post(namespace + "/pods", pod("better", "{cpu: 100m, memory: 1Mi}", "")).expect(201);
        awaitUsed("effort", Map.of("pods", "0"));
        awaitUsed("no-effort", Map.of("pods", "1"));
    }

    @Test
    void podsWithADeadlineAreCountedApart() {
        create("ending", "{hard: {pods: '5', requests.cpu: '1', limits.cpu: '2'}, scopes: [Terminating]}");
        create("lasting", "{hard: {pods: '5', requests.cpu: '1', limits.cpu: '2'}, scopes: [NotTerminating]}");
        API.post(namespace + "/pods", pod("long", "{cpu: 500m}", "")).expect(201);
        awaitUsed("ending", Map.of("pods", "0", "requests.cpu", "0"));
        awaitUsed("lasting", Map.of("pods", "1", "requests.cpu", "500m", "limits.cpu", "500m"));
        API.delete(namespace + "/pods/long").expect(200);
        API.post(namespace + "/pods", pod("short", "{cpu: 500m}", "activeDeadlineSeconds: 3600,")).expect(201);
        awaitUsed("ending", Map.of("pods", "1", "requests.cpu", "500m"));
        awaitUsed("lasting", Map.of("pods", "0", "requests.cpu", "0"));
    }

    @Test
    void quotaIsChangedAndItsStatusFollows() {
        create("changing", "{hard: {cpu: '1', memory: 500Mi}}");
        API.update(quotas + "/changing", object -> object.withObject("spec").withObject("hard").put("cpu", "2").put("memory", "1Gi"));
        Eventually.holds("the status follows", () -> API.get(quotas + "/changing").at("status", "hard").toString().contains("\"cpu\":\"2\""));
        Answer patched = API.merge(quotas + "/changing/status", "{spec: {hard: {cpu: '9'}}, status: {hard: {cpu: '7'}}}").expect(200);
        assertTrue(patched.at("spec", "hard").toString().contains("\"cpu\":\"2\""), patched.body());
        assertTrue(patched.at("status", "hard").toString().contains("\"cpu\":\"7\""), patched.body());
        Eventually.holds("the status is as it must be again", () -> API.get(quotas + "/changing/status").at("status", "hard").toString().contains("\"cpu\":\"2\""));
        API.delete(quotas + "/changing").expect(200);
        API.get(quotas + "/changing").expect(404);
    }
}
