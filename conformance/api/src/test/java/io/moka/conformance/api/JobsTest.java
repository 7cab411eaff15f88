package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// "Job": the test writes how each pod ends, as a kubelet would. The ends lie in the past, so that no test waits for a back-off.
final class JobsTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final String INDEX = "batch.kubernetes.io/job-completion-index";
    private static final String FINALIZER = "batch.kubernetes.io/job-tracking";

    private final String namespace = API.namespace("jobs");
    private final String jobs = namespace.replace("/api/v1/", "/apis/batch/v1/") + "/jobs";

    private String create(String name, String spec) {
        API.post(jobs, """
                {metadata: {name: %1$s, labels: {e2e: %1$s}}, spec: {%2$s, template: {metadata: {labels: {app: %1$s}}, spec: {restartPolicy: Never, containers: [{name: c, image: none}]}}}}"""
                .formatted(name, spec)).expect(201);
        return jobs + "/" + name;
    }

    private List<JsonNode> pods(String app) {
        return API.get(namespace + "/pods?labelSelector=app%3D" + app).expect(200).at("items").valueStream().toList();
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private static String index(JsonNode pod) {
        return pod.path("metadata").path("annotations").path(INDEX).asText();
    }

    private static boolean isLive(JsonNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return !pod.path("metadata").has("deletionTimestamp") && !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    private List<JsonNode> live(String app) {
        return pods(app).stream().filter(JobsTest::isLive).toList();
    }

    private void end(JsonNode pod, String phase, int exitCode, String conditions) {
        API.merge(namespace + "/pods/" + name(pod) + "/status", """
                status: {phase: %s, conditions: [%s], containerStatuses: [{name: c, image: none, imageID: none, ready: false, restartCount: 0,
                  state: {terminated: {exitCode: %d, finishedAt: "2026-01-01T00:00:00Z"}}}]}""".formatted(phase, conditions, exitCode));
    }

    private void succeed(JsonNode pod) {
        end(pod, "Succeeded", 0, "");
    }

    private void fail(JsonNode pod, int exitCode) {
        end(pod, "Failed", exitCode, "");
    }

    private void awaitLive(String app, int count) {
        Eventually.holds(count + " pods of " + app, () -> live(app).size() == count);
    }

    /// Type, status and reason of each condition, in their order.
    private List<String> conditions(String job) {
        List<String> conditions = new ArrayList<>();
        API.get(job).expect(200).at("status", "conditions").forEach(condition -> conditions.add(
                condition.path("type").asText() + " " + condition.path("status").asText() + " " + condition.path("reason").asText()));
        return conditions;
    }

    private JsonNode awaitConditions(String job, String... expected) {
        Eventually.holds(job + " has " + List.of(expected), () -> conditions(job).equals(List.of(expected)));
        return API.get(job).at("status");
    }

    private void awaitEvent(String job, String reason) {
        Eventually.holds("an event " + reason, () -> API.get(namespace + "/events?fieldSelector=involvedObject.name%3D" + job + ",reason%3D" + reason)
                .expect(200).at("items").size() > 0);
    }

    @Test
    void matchingOrphanIsAdoptedAndOtherPodIsReleased() {
        String job = create("adopting", "completions: 4, parallelism: 2");
        awaitLive("adopting", 2);
        String uid = API.get(job).text("metadata", "uid");
        String pod = namespace + "/pods/" + name(pods("adopting").getFirst());
        API.merge(pod, "metadata: {ownerReferences: null}").expect(200);
        Eventually.holds("the orphan is adopted", () -> API.get(pod).at("metadata", "ownerReferences").path(0).path("uid").asText().equals(uid)
                && API.get(pod).at("metadata", "finalizers").path(0).asText().equals(FINALIZER));
        API.merge(pod, "metadata: {labels: null}").expect(200);
        Eventually.holds("the pod is released", () -> !API.get(pod).at("metadata").has("ownerReferences") && !API.get(pod).at("metadata").has("finalizers"));
    }

    @Test
    void disruptionsAreIgnoredWhereThePolicySaysSo() {
        String job = create("disrupted", """
                backoffLimit: 0, completions: 2, parallelism: 2, podReplacementPolicy: Failed,
                podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}]}""");
        awaitLive("disrupted", 2);
        List<JsonNode> first = live("disrupted");
        end(first.getFirst(), "Failed", 137, "{type: DisruptionTarget, status: \"True\"}");
        Eventually.holds("it is replaced", () -> live("disrupted").size() == 2 && !live("disrupted").stream().map(JobsTest::name).toList().contains(name(first.getFirst())));
        live("disrupted").forEach(this::succeed);
        JsonNode status = awaitConditions(job, "SuccessCriteriaMet True CompletionsReached", "Complete True CompletionsReached");
        assertEquals(2, status.path("succeeded").asInt());
        assertFalse(status.has("failed"), status.toString());
    }

    @Test
    void exitCodeFailsTheJobEarly() {
        String job = create("exiting", """
                backoffLimit: 6, completions: 2, parallelism: 2,
                podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: c, operator: In, values: [42]}}]}""");
        awaitLive("exiting", 2);
        JsonNode failed = pods("exiting").getFirst();
        fail(failed, 42);
        JsonNode status = awaitConditions(job, "FailureTarget True PodFailurePolicy", "Failed True PodFailurePolicy");
        assertEquals("Container c for pod %s/%s failed with exit code 42 matching FailJob rule at index 0"
                .formatted(namespace.substring(namespace.lastIndexOf('/') + 1), name(failed)), status.path("conditions").path(1).path("message").asText());
        assertEquals(List.of(), live("exiting"));
        awaitEvent("exiting", "PodFailurePolicy");
    }

    @Test
    void podsOfAnIndexedJobHaveIndexAndHostname() {
        String job = create("indexed", "completionMode: Indexed, completions: 4, parallelism: 2");
        awaitLive("indexed", 2);
        for (JsonNode pod : live("indexed")) {
            assertEquals("indexed-" + index(pod), pod.at("/spec/hostname").asText());
            assertTrue(name(pod).startsWith("indexed-" + index(pod) + "-"), name(pod));
            assertEquals(index(pod), pod.path("metadata").path("labels").path(INDEX).asText());
            assertEquals("metadata.labels['" + INDEX + "']", pod.at("/spec/containers/0/env/0/valueFrom/fieldRef/fieldPath").asText());
        }
        var seen = new TreeSet<String>();
        Eventually.holds("the job is complete", () -> {
            live("indexed").forEach(pod -> {
                seen.add(index(pod));
                succeed(pod);
            });
            return conditions(job).contains("Complete True CompletionsReached");
        });
        assertEquals(new TreeSet<>(List.of("0", "1", "2", "3")), seen);
        assertEquals("0-3", API.get(job).text("status", "completedIndexes"));
    }

    @Test
    void deletedJobTakesItsPodsAlong() {
        String job = create("deleted", "parallelism: 2, completions: 2");
        awaitLive("deleted", 2);
        API.delete(job, "{propagationPolicy: Background}").expect(200);
        Eventually.holds("all is gone", () -> API.get(job).code() == 404 && pods("deleted").isEmpty());
    }

    @Test
    void podsOfAJobThatIsGoneLoseTheFinalizer() {
        String job = create("orphaned", "parallelism: 1, completions: 1");
        awaitLive("orphaned", 1);
        // v1 orphans the pods if no propagation policy is given
        API.delete(job).expect(200);
        Eventually.holds("the pod stays without it", () -> API.get(job).code() == 404 && pods("orphaned").size() == 1
                && !pods("orphaned").getFirst().path("metadata").has("finalizers"));
    }

    @Test
    void allIndexesAreTriedThoughSomeFail() {
        String job = create("trying", "completionMode: Indexed, completions: 4, parallelism: 4, backoffLimitPerIndex: 1");
        Map<String, Integer> attempts = new HashMap<>();
        Eventually.holds("the job has ended", () -> {
            for (JsonNode pod : live("trying")) {
                attempts.merge(index(pod), 1, Integer::sum);
                if (Integer.parseInt(index(pod)) % 2 == 0) {
                    succeed(pod);
                } else {
                    fail(pod, 1);
                }
            }
            return conditions(job).contains("Failed True FailedIndexes");
        });
        assertEquals(Map.of("0", 1, "1", 2, "2", 1, "3", 2), attempts);
        JsonNode status = API.get(job).at("status");
        assertEquals("0,2 1,3 2 4", status.path("completedIndexes").asText() + " " + status.path("failedIndexes").asText() + " "
                + status.path("succeeded").asInt() + " " + status.path("failed").asInt());
    }

    @Test
    void jobIsObservedThroughItsLife() {
        String job = create("life", "suspend: true, parallelism: 2, completions: 4, activeDeadlineSeconds: 600");
        awaitConditions(job, "Suspended True JobSuspended");
        assertFalse(API.get(job).at("status").has("startTime"));
        assertEquals(List.of(), pods("life"));
        API.merge(job, "{metadata: {labels: {patched: 'true'}}, spec: {suspend: false}}").expect(200);
        awaitConditions(job, "Suspended False JobResumed");
        awaitLive("life", 2);
        API.update(job, object -> object.withObject("spec").put("parallelism", 3));
        awaitLive("life", 3);
        API.merge(job, "spec: {suspend: true}").expect(200);
        awaitConditions(job, "Suspended True JobSuspended");
        Eventually.holds("no pod is left", () -> pods("life").isEmpty());
        assertFalse(API.get(job).at("status").has("failed"));
        API.merge(job, "spec: {suspend: false}").expect(200);
        awaitLive("life", 3);
        assertEquals(1, API.get(jobs + "?labelSelector=patched%3Dtrue").names().size());
        API.delete(jobs + "?labelSelector=e2e%3Dlife&propagationPolicy=Background").expect(200);
        Eventually.holds("all is gone", () -> API.get(job).code() == 404 && pods("life").isEmpty());
        awaitEvent("life", "Resumed");
    }

    @Test
    void indexIsGivenUpWhereThePolicySaysSo() {
        String job = create("giving", """
                completionMode: Indexed, completions: 2, parallelism: 2, backoffLimitPerIndex: 3,
                podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]}""");
        awaitLive("giving", 2);
        for (JsonNode pod : live("giving")) {
            if (index(pod).equals("0")) {
                fail(pod, 42);
            } else {
                succeed(pod);
            }
        }
        JsonNode status = awaitConditions(job, "FailureTarget True FailedIndexes", "Failed True FailedIndexes");
        assertEquals("1 0 1 1", status.path("completedIndexes").asText() + " " + status.path("failedIndexes").asText() + " "
                + status.path("succeeded").asInt() + " " + status.path("failed").asInt());
    }

    @Test
    void jobCompletesThoughItsContainersAreRestarted() {
        API.post(jobs, """
                {metadata: {name: restarting}, spec: {completions: 2, parallelism: 2, backoffLimit: 5, template: {metadata: {labels: {app: restarting}},
                  spec: {restartPolicy: OnFailure, containers: [{name: c, image: none}]}}}}""").expect(201);
        awaitLive("restarting", 2);
        for (JsonNode pod : live("restarting")) {
            API.merge(namespace + "/pods/" + name(pod) + "/status", """
                    status: {phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}],
                      containerStatuses: [{name: c, image: none, imageID: none, ready: true, restartCount: 1, state: {running: {}}}]}""").expect(200);
        }
        Eventually.holds("both are ready", () -> API.get(jobs + "/restarting").at("status", "ready").asInt() == 2);
        live("restarting").forEach(this::succeed);
        assertEquals(2, awaitConditions(jobs + "/restarting", "SuccessCriteriaMet True CompletionsReached", "Complete True CompletionsReached").path("succeeded").asInt());
        awaitEvent("restarting", "Completed");
    }

    @Test
    void tooManyFailedIndexesEndTheJob() {
        String job = create("failing", "completionMode: Indexed, completions: 10, parallelism: 10, backoffLimitPerIndex: 0, maxFailedIndexes: 4");
        awaitLive("failing", 10);
        live("failing").stream().filter(pod -> Integer.parseInt(index(pod)) % 2 == 0).forEach(pod -> fail(pod, 1));
        JsonNode status = awaitConditions(job, "FailureTarget True MaxFailedIndexesExceeded", "Failed True MaxFailedIndexesExceeded");
        assertEquals("0,2,4,6,8", status.path("failedIndexes").asText());
        assertEquals(List.of(), live("failing"));
    }

    @Test
    void successPolicyIsMetWhenAllIndexesSucceed() {
        String job = create("all", "completionMode: Indexed, completions: 2, parallelism: 2, successPolicy: {rules: [{succeededIndexes: 0-1}]}");
        awaitLive("all", 2);
        live("all").forEach(this::succeed);
        assertEquals("0,1", awaitConditions(job, "SuccessCriteriaMet True SuccessPolicy", "Complete True SuccessPolicy").path("completedIndexes").asText());
    }

    @Test
    void successPolicyIsMetByANumberOfIndexesWhileOthersRun() {
        successPolicyIsMetWhileOthersRun("number", "{succeededCount: 1}", "2");
    }

    @Test
    void successPolicyIsMetByCertainIndexesWhileOthersRun() {
        successPolicyIsMetWhileOthersRun("certain", "{succeededIndexes: '0'}", "0");
    }

    private void successPolicyIsMetWhileOthersRun(String name, String rule, String index) {
        String job = create(name, "completionMode: Indexed, completions: 5, parallelism: 5, successPolicy: {rules: [" + rule + "]}");
        awaitLive(name, 5);
        live(name).stream().filter(pod -> index(pod).equals(index)).forEach(this::succeed);
        JsonNode status = awaitConditions(job, "SuccessCriteriaMet True SuccessPolicy", "Complete True SuccessPolicy");
        assertEquals(index + " 1 0 0", status.path("completedIndexes").asText() + " " + status.path("succeeded").asInt() + " "
                + status.path("active").asInt() + " " + status.path("terminating").asInt());
        assertFalse(status.has("failed"), status.toString());
        assertEquals(List.of(), live(name));
    }

    @Test
    void finishedJobIsDeletedWhenItsTimeIsOver() {
        String job = create("short", "ttlSecondsAfterFinished: 0");
        awaitLive("short", 1);
        live("short").forEach(this::succeed);
        Eventually.holds("job and pod are gone", () -> API.get(job).code() == 404 && pods("short").isEmpty());
    }

    @Test
    void podThatIsRemovedBehindItsBackIsCountedOnce() {
        String job = create("removed", "backoffLimit: 3");
        awaitLive("removed", 1);
        JsonNode pod = live("removed").getFirst();
        succeed(pod);
        API.delete(namespace + "/pods/" + name(pod), "{gracePeriodSeconds: 0}");
        assertEquals(1, awaitConditions(job, "SuccessCriteriaMet True CompletionsReached", "Complete True CompletionsReached").path("succeeded").asInt());
        Eventually.holds("it is gone", () -> pods("removed").isEmpty());
    }
}
