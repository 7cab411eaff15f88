package io.moka.controllers.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.testing.PlanTable;
import java.time.Instant;
import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `plans.yaml`. Their options: `released`, uids of pods whose finalizer was taken; `changes`, ALLOWED if left out; `backoff`, the failures counted before.
class JobPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(JobPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsTheTableSays(PlanTable.Case row) {
        var options = row.options();
        var released = new HashSet<String>();
        options.path("released").forEach(uid -> released.add(uid.asText()));
        row.verify(JobPlan.of(new JobView(row.object(Job.class), row.objects(Pod.class), released, JobView.Changes.valueOf(options.path("changes").asText("ALLOWED")),
                backoff(options.path("backoff")), row.now())));
    }

    private static Backoff backoff(JsonNode option) {
        return option.isMissingNode() ? Backoff.NONE : new Backoff(option.path("failures").asInt(), Instant.parse(option.path("last").asText()));
    }
}
