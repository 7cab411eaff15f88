package io.moka.conformance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many jobs at once, compared with the test's own record. With `-Dmoka.full=true` there are as many as the project promises, which takes some minutes.
@Timeout(value = 40, unit = TimeUnit.MINUTES)
final class ManyJobsTest {
    private static final Api API = ControlPlane.shared().admin();
    private static final boolean FULL = Boolean.getBoolean("moka.full");
    private static final int JOBS = FULL ? 200 : 10;
    private static final int INDEXES = FULL ? 50 : 8;
    private static final int FINISHED = FULL ? 10_000 : 100;
    private static final int CALLERS = 8;
    private static final String INDEX = "batch.kubernetes.io/job-completion-index";

    private final String namespace = API.namespace("many");
    private final String jobs = namespace.replace("/api/v1/", "/apis/batch/v1/") + "/jobs";

    /// Number of failed pods by job.
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    private static void atOnce(int count, IntConsumer task) {
        try (var callers = Executors.newFixedThreadPool(CALLERS)) {
            var results = IntStream.range(0, count).mapToObj(i -> callers.submit(() -> task.accept(i))).toList();
            for (var result : results) {
                result.get();
            }
        } catch (InterruptedException | java.util.concurrent.ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void podsThatFailAtRandomAreCountedExactly() {
        atOnce(JOBS, i -> API.post(jobs, """
                {metadata: {name: j%d}, spec: {completionMode: Indexed, completions: %d, parallelism: %d, backoffLimit: 100000,
                  template: {spec: {restartPolicy: Never, containers: [{name: c, image: none}]}}}}""".formatted(i, INDEXES, INDEXES)).expect(201));
        Progress.until("all jobs are complete", () -> {
            var pending = API.get(namespace + "/pods?fieldSelector=status.phase%3DPending").expect(200).at("items").valueStream()
                    .filter(pod -> ended.add(pod.path("metadata").path("uid").asText())).toList();
            atOnce(pending.size(), i -> end(pending.get(i)));
            return ended.size() * 1_000L + complete();
        }, () -> complete() == JOBS);
        for (JsonNode job : API.get(jobs).expect(200).at("items")) {
            String name = job.path("metadata").path("name").asText();
            JsonNode status = job.path("status");
            assertEquals(INDEXES + " succeeded, " + failures.getOrDefault(name, 0) + " failed, 0-" + (INDEXES - 1),
                    status.path("succeeded").asInt() + " succeeded, " + status.path("failed").asInt() + " failed, " + status.path("completedIndexes").asText(), name);
        }
        assertEquals(new TreeMap<>(failures).values().stream().mapToInt(Integer::intValue).sum() + JOBS * INDEXES, ended.size(), "no index had two pods at once, nor one too many");
        API.delete(jobs + "?propagationPolicy=Background").expect(200);
        Progress.until("nothing is left behind", () -> -size(jobs) - size(namespace + "/pods"), () -> size(jobs) + size(namespace + "/pods") == 0);
    }

    /// About a quarter of the attempts fail, the same ones in each run; some pods are removed behind the job's back as soon as they have ended.
    private void end(JsonNode pod) {
        String job = pod.path("metadata").path("labels").path("batch.kubernetes.io/job-name").asText();
        String index = job + "/" + pod.path("metadata").path("annotations").path(INDEX).asText();
        int attempt = attempts.merge(index, 1, Integer::sum);
        int draw = Math.floorMod((index + "/" + attempt).hashCode() * 31 >> 3, 12);
        String path = namespace + "/pods/" + pod.path("metadata").path("name").asText();
        API.merge(path + "/status", """
                status: {phase: %s, containerStatuses: [{name: c, image: none, imageID: none, ready: false, restartCount: 0,
                  state: {terminated: {exitCode: %d, finishedAt: "2026-01-01T00:00:00Z"}}}]}""".formatted(draw < 3 ? "Failed" : "Succeeded", draw < 3 ? 1 : 0)).expect(200);
        if (draw < 3) {
            failures.merge(job, 1, Integer::sum);
        }
        if (draw % 3 == 0) {
            API.delete(path, "{gracePeriodSeconds: 0}");
        }
    }

    private long complete() {
        return API.get(jobs).expect(200).at("items").valueStream().filter(job -> job.path("status").has("completionTime")).count();
    }

    private static long size(String collection) {
        return API.get(collection).expect(200).at("items").size();
    }

    @Test
    void finishedJobsGoAtOnce() {
        atOnce(FINISHED, i -> {
            API.post(jobs, """
                    {metadata: {name: done%d}, spec: {managedBy: example.com/test, ttlSecondsAfterFinished: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: none}]}}}}"""
                    .formatted(i)).expect(201);
            API.merge(jobs + "/done" + i + "/status", """
                    status: {startTime: "2026-01-01T00:00:00Z", completionTime: "2026-01-01T00:00:00Z", conditions: [
                      {type: SuccessCriteriaMet, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}, {type: Complete, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}""").expect(200);
        });
        Progress.until("no job is left", () -> -size(jobs), () -> size(jobs) == 0);
        assertEquals(List.of(), API.get(namespace + "/pods").names());
    }

    /// Waits for a condition for as long as a measure keeps changing, as many objects take long on a slow machine.
    private static final class Progress {
        private static void until(String what, java.util.function.LongSupplier measure, java.util.function.BooleanSupplier condition) {
            while (!condition.getAsBoolean()) {
                long before = measure.getAsLong();
                Eventually.holds(what + ", or comes nearer", () -> condition.getAsBoolean() || measure.getAsLong() != before);
            }
        }
    }
}
